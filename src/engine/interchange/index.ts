export { type ObjSequenceOptions, writeObjSequence } from './obj-sequence.ts';
export { createOverlayRenderer, type OverlayRenderer } from './overlay.ts';
export { type GlbOptions, performanceToGlb } from './performance-glb.ts';
export { writeOutput } from './write-output.ts';
