import { describe, expect, it } from 'vitest';
import { readCanonicalFace } from './canonical-face.ts';
import { ProtobufWriter } from './protobuf.ts';

function geometry(packed: boolean): Uint8Array {
  const mesh = new ProtobufWriter().integer(1, 0).integer(2, 0);
  const vertices = [1, 2, 3, 0.25, 0.75, -1, -2, -3, 0.5, 1];
  for (const value of vertices) mesh.float(3, value);
  const indices = [0, 300, 1];
  if (packed) mesh.integers(4, indices);
  else for (const index of indices) mesh.integer(4, index);
  const weight = new ProtobufWriter().integer(1, 4).float(2, 0.5);
  const unnamed = new ProtobufWriter().float(2, 0.25); // protobuf leaves out a landmark number of 0
  return new ProtobufWriter().message(1, mesh).message(2, weight).message(2, unnamed).integer(3, 1).finish();
}

describe('readCanonicalFace', () => {
  it.each([{ packed: true }, { packed: false }])('takes mesh and weights apart (packed: $packed)', ({ packed }) => {
    expect(readCanonicalFace(geometry(packed))).toEqual({
      positions: [1, 2, 3, -1, -2, -3],
      uv: [0.25, 0.75, 0.5, 1],
      triangles: [0, 300, 1],
      procrustes: [
        { landmark: 4, weight: 0.5 },
        { landmark: 0, weight: 0.25 },
      ],
    });
  });

  it('refuses a message without a mesh', () => {
    expect(() => readCanonicalFace(new ProtobufWriter().integer(3, 1).finish())).toThrow('mesh');
  });
});
