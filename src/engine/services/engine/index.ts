export { Engine, type EngineOptions } from './engine.ts';
export { type EngineFile, EngineFiles } from './engine-files.ts';
export { type EngineRouter, engineRouter } from './engine-router.ts';
export { userFolder } from './user-folder.ts';
