import { LID_LEFT, LID_RIGHT, LIPS_INNER } from './face-regions.ts';
import type { FrameGeometry } from './frame-geometry.ts';
import { MATERIAL } from './mesh-parts.ts';
import { clamp, smoothstep } from './noise.ts';
import type { ActorScene } from './scene.ts';

/** Height of a polyline (sorted by x) at x, clamped to its ends. */
function heightAt(line: readonly (readonly [number, number])[], x: number): number {
  if (x <= line[0]![0]) return line[0]![1];
  for (let i = 0; i + 1 < line.length; i += 1) {
    const [ax, ay] = line[i]!;
    const [bx, by] = line[i + 1]!;
    if (x <= bx) return ay + ((by - ay) * (x - ax)) / (bx - ax || 1);
  }
  return line.at(-1)![1];
}

/**
 * Light that lids and lips let through to what lies behind them, 0..1 per vertex of eyeballs, teeth, gums and tongue;
 * other vertices are left alone. Uses the moving outline of the openings in the face.
 */
export function shadeOpenings(scene: ActorScene, geometry: FrameGeometry, out: Float32Array): void {
  const { face } = geometry;
  const { rest, material } = scene;
  const point = (v: number): [number, number] => [face[v * 3]!, face[v * 3 + 1]!];
  const outline = (loop: readonly number[], split: number) => {
    const a = loop.slice(0, split + 1).map(point);
    const b = [...loop.slice(split), loop[0]!].map(point);
    const sorted = (line: [number, number][]): [number, number][] => line.sort((p, q) => p[0] - q[0]);
    return [sorted(a), sorted(b)] as const;
  };
  for (const piece of scene.pieces) {
    if (piece.motion === 'eyeRight' || piece.motion === 'eyeLeft') {
      const side = piece.motion === 'eyeRight' ? 0 : 1;
      const [lower, upper] = outline(side === 0 ? LID_RIGHT : LID_LEFT, 8);
      const [cx, cy] = scene.control.eyes[side]!.centre;
      const x0 = lower[0]![0];
      const x1 = lower.at(-1)![0];
      for (let v = piece.firstVertex; v < piece.endVertex; v += 1) {
        const x = cx + rest[v * 3]!;
        const y = cy + rest[v * 3 + 1]!;
        const above = heightAt(upper, x) - y;
        const below = y - heightAt(lower, x);
        const ends = Math.min(x - x0, x1 - x);
        out[v] =
          (0.22 + 0.78 * smoothstep(-0.04, 0.42, above)) *
          (0.55 + 0.45 * smoothstep(-0.05, 0.2, below)) *
          (0.5 + 0.5 * smoothstep(0, 0.55, ends));
      }
    } else if (piece.motion === 'skull' || piece.motion === 'jaw') {
      const kind = material[piece.firstTriangle]!;
      if (kind !== MATERIAL.tooth && kind !== MATERIAL.gum && kind !== MATERIAL.tongue) continue;
      const [upper, lower] = outline(LIPS_INNER, 10);
      const front = face[13 * 3 + 2]!;
      const drop = piece.motion === 'jaw' ? face[200 * 3 + 1]! - scene.neutral[200 * 3 + 1]! : 0;
      for (let v = piece.firstVertex; v < piece.endVertex; v += 1) {
        const x = rest[v * 3]!;
        const y = rest[v * 3 + 1]! + drop;
        const above = heightAt(upper, x) - y;
        const below = y - heightAt(lower, x);
        const deep = clamp((front - rest[v * 3 + 2]! - 0.5) / 2.2, 0, 1);
        const open = heightAt(upper, x) - heightAt(lower, x);
        out[v] =
          smoothstep(-0.12, 0.34, above) *
          smoothstep(-0.2, 0.2, below) *
          (1 - 0.86 * deep ** 0.7) *
          smoothstep(0, 0.5, open + 0.14) *
          smoothstep(2.5, 1.0, Math.abs(x));
      }
    }
  }
}
