export { type ObjSequenceOptions, writeObjSequence } from './obj-sequence.ts';
export { type GlbOptions, performanceToGlb } from './performance-glb.ts';
export { writeOutput } from './write-output.ts';
