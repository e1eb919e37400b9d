export * from './env';
export * from './logger';
export * from './parent';
export * from './validate';
export * from './natural-batch';
