import { describe, expect, it } from 'vitest';
import { estimateLight, shade } from './light.ts';

function hemisphere(count: number): Float32Array {
  const normals: number[] = [];
  for (let i = 0; i < count; i++) {
    const z = 0.25 + (0.75 * (i + 0.5)) / count;
    const a = i * 2.399963;
    const r = Math.sqrt(1 - z * z);
    normals.push(Math.cos(a) * r, Math.sin(a) * r, z);
  }
  return Float32Array.from(normals);
}

describe('estimateLight', () => {
  const normals = hemisphere(300);
  const lamp = (x: number, y: number, z: number): number => 0.3 + 0.5 * Math.max(0, 0.5 * x + 0.6 * y + 0.62 * z);

  it('finds where light comes from, also with a beard in the picture', () => {
    const luminance = Float32Array.from({ length: 300 }, (_, i) => {
      const value = lamp(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!);
      return i % 9 === 0 ? value * 0.25 : value;
    });
    const light = estimateLight(normals, luminance)!;
    expect(shade(light, 0.6, 0.6, 0.53)).toBeGreaterThan(shade(light, -0.6, -0.6, 0.53) * 1.4);
    expect(light[3]!).toBeGreaterThan(0.1);
    expect(light[1]!).toBeGreaterThan(0.1);
  });

  it('says that it does not know with too little or no light', () => {
    expect(estimateLight(normals.slice(0, 60), new Float32Array(20).fill(0.5))).toBeNull();
    expect(estimateLight(normals, new Float32Array(300))).toBeNull();
  });
});
