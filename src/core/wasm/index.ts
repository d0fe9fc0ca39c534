export * from './expressions.ts';
export * from './module.ts';
