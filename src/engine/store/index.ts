export { CacheFolder } from './cache-folder.ts';
export { Drag } from './drag.ts';
export { checkFormat, type FileFormat, latestVersion, type Migration, migrate } from './migrations.ts';
export { packPerformance, unpackPerformance } from './performance-result.ts';
export { PROJECT_FILE_VERSION } from './project-format.ts';
export { ProjectStore } from './project-store.ts';
export { type RecoverReport, recoverProject } from './recover.ts';
export {
  type DenseArray,
  type DenseTable,
  type ResultInputs,
  ResultStore,
  type ResultSummary,
  resultKey,
  type StoredResult,
} from './result-store.ts';
export { type Connection, connect, diskFull, diskIsFull, setDurability, withSqliteErrors } from './sqlite.ts';
export type { Change, StoreOptions, Writer } from './store-types.ts';
export { takeWriteLock, type WriteLock } from './write-lock.ts';
