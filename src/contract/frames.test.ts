import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, FRAME_FORMATS, FRAME_KINDS } from './frames.ts';

const u32 = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
const answers = fc.record({
  kind: fc.constantFrom(...FRAME_KINDS),
  format: fc.constantFrom(...FRAME_FORMATS),
  stream: fc.string({ unit: 'grapheme', maxLength: 64 }),
  seq: u32,
  frame: u32,
  width: fc.integer({ min: 0, max: 65_535 }),
  height: fc.integer({ min: 0, max: 65_535 }),
  notes: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  payload: fc.uint8Array({ maxLength: 300 }),
});

describe('binary frames', () => {
  it('come back as they were sent, the payload aligned for floats', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const back = decodeFrame(encodeFrame(answer).buffer);
        expect({ ...back, payload: [...back.payload] }).toEqual({ ...answer, payload: [...answer.payload] });
        expect(back.payload.byteOffset % 4).toBe(0);
      }),
    );
  });

  it('are refused when they break off or are something else', () => {
    const bytes = encodeFrame({
      kind: 'picture',
      format: 'jpeg',
      stream: 'viewer',
      seq: 1,
      frame: 2,
      width: 3,
      height: 4,
      notes: null,
      payload: new Uint8Array(10),
    });
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeFrame(bytes.slice(0, length).buffer)).toThrow(TypeError);
    bytes[0] = 0;
    expect(() => decodeFrame(bytes.buffer)).toThrow(TypeError);
  });
});
