// What `import 'fast-check'` gets in a test (jest.config.cjs): the library, starting from our seed instead of from the clock.
import * as fc from '../../node_modules/fast-check';
import { seed } from './seed';

fc.configureGlobal({ seed });

export * from '../../node_modules/fast-check';
