export * from './errors';
export * from './event';
export * from './experiment';
export * from './group-by';
export * from './instant';
export * from './metric';
export * from './text';
