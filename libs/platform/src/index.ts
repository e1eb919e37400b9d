export * from './deadline';
export * from './durability';
export * from './env';
export * from './logger';
export * from './natural-batch';
export * from './parent';
export * from './shutdown';
export * from './validate';
