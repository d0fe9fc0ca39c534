export { edlReel, readEdl } from './edl-read.ts';
export { type EdlWritten, writeEdl } from './edl-write.ts';
export { type FcpxmlWritten, writeFcpxml } from './fcpxml-write.ts';
export { readOtio, type TimelineRead } from './otio-read.ts';
export { writeOtio } from './otio-write.ts';
