/** The migrated database that every test file clones. */
export const TEMPLATE = 'assay_test_template';
/** Held while the template is made, cloned or dropped. */
export const TEMPLATE_LOCK = 4_772_900;
