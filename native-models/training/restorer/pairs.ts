// Blurs the training clips and restores them as the product does; what the network learns from goes to FOLDER, a file per
// clip and length: a line of JSON, then the planes of one face after another.
//   node pairs.ts FOLDER FROM UNTIL SECONDS [SHARE OF SHARES]    rounds FROM to UNTIL - 1; stops after SECONDS, goes on where it was
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { framesOf, surveyOf } from '../../../bench/deblur/methods.ts';
import { synthesise } from '../../../bench/deblur/synthesise.ts';
import type { Picture, Rect } from '../../../src/core/picture.ts';
import { Deblurrer, type FaceRefiner } from '../../../src/engine/deblur/index.ts';
import { createInference } from '../../../src/engine/inference/index.ts';
import { openVideo } from '../../../src/engine/media/index.ts';
import { trainingClips } from './clips.ts';

const [folder, from, until, seconds, share = '0', shares = '1'] = process.argv.slice(2);
if (folder === undefined || seconds === undefined) throw new Error('usage: pairs.ts FOLDER FROM UNTIL SECONDS');
const end = performance.now() + 1000 * Number(seconds);
await mkdir(folder, { recursive: true });

const bytes = (plane: Float32Array, scale: number, zero: number): Uint8Array =>
  Uint8Array.from(plane, (value) => Math.max(0, Math.min(255, Math.round(value * scale + zero))));

function luma(picture: Picture, { x, y, width, height }: Rect): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const at = (y + row) * picture.width + x;
    out.set(picture.planes[0]!.subarray(at, at + width), row * width);
  }
  return out;
}

/** Restores a blurred clip and writes what became of its faces. */
async function record(sharpPath: string, blurredPath: string, out: string): Promise<number> {
  const sharp = await framesOf(sharpPath);
  await using source = await openVideo(blurredPath, { shared: true });
  const survey = await surveyOf(source, inference);
  const faces: object[] = [];
  const planes: Uint8Array[] = [];
  let frame = 0;
  const refiner: FaceRefiner = {
    widest: Infinity,
    async refine(blurred, target, { rect, matte, evidence }) {
      const { lent, trust, paths, columns, rows } = evidence!;
      faces.push({ frame, width: rect.width, height: rect.height, columns, rows });
      planes.push(luma(blurred, rect), luma(target, rect), luma(sharp[frame]!, rect));
      planes.push(bytes(lent, 255, 128), bytes(trust, 255, 0), bytes(matte, 255, 0), new Uint8Array(paths.buffer));
    },
  };
  await using deblurrer = new Deblurrer({ survey: survey.survey, source, threads: 0, refiner });
  for (; frame < source.frameCount; frame++) {
    const decoded = await source.frameAt(frame);
    (await deblurrer.compose(frame, decoded.picture)).release();
    decoded.release();
  }
  await writeFile(`${out}.part`, Buffer.concat([Buffer.from(`${JSON.stringify(faces)}\n`), ...planes]));
  await rename(`${out}.part`, out);
  return faces.length;
}

await using inference = await createInference();
for (let round = Number(from); round < Number(until); round++)
  for (const [index, { name, lengths, recipe }] of (await trainingClips(round, folder)).entries()) {
    if (index % Number(shares) !== Number(share)) continue;
    const out = (length: number): string => join(folder, `${name}-${length}.faces`);
    if (lengths.every((length) => existsSync(out(length)))) continue;
    if (performance.now() > end) process.exit(0);
    const started = performance.now();
    const took = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
    try {
      const { sharp, blurred } = await synthesise(recipe, lengths, join(folder, name));
      console.log(name, 'blurred', took());
      for (const length of lengths) {
        console.log(name, length, await record(sharp, blurred.get(length)!, out(length)), 'faces', took());
        await rm(blurred.get(length)!);
      }
      await rm(sharp);
    } catch (error) {
      console.log(name, String(error));
      for (const length of lengths) if (!existsSync(out(length))) await writeFile(out(length), '[]\n');
    }
  }
