export { edlReel, readEdl } from './edl-read.ts';
export { type EdlWritten, writeEdl } from './edl-write.ts';
export { type FcpxmlWritten, writeFcpxml } from './fcpxml-write.ts';
export { type ObjSequenceOptions, writeObjSequence } from './obj-sequence.ts';
export { readOtio, type TimelineRead } from './otio-read.ts';
export { writeOtio } from './otio-write.ts';
export { createOverlayRenderer, type OverlayRenderer } from './overlay.ts';
export { type GlbOptions, performanceToGlb } from './performance-glb.ts';
export { writeOutput } from './write-output.ts';
