export * from './bucket';
export * from './hash';
