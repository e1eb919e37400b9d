export * from './errors';
export * from './event';
export * from './experiment';
export * from './instant';
export * from './text';
