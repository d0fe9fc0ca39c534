import type { ComparedFrame, Comparison, FrameFigures } from './compare.ts';
import { METHODS, type Method } from './methods.ts';

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

/** Mean over frames of each clip and length, then over these: a long clip counts no more than a short one. */
export function figure(of: readonly Comparison[], pick: (frame: ComparedFrame) => number | undefined): number {
  const means = of.flatMap(({ frames }) => {
    const list = frames.flatMap((frame) => pick(frame) ?? []);
    return list.length > 0 ? [mean(list)] : [];
  });
  return mean(means);
}

/** Mean gain over the blurred input. */
export const gain = (of: readonly Comparison[], method: Method, name: 'psnr' | 'ssim' | 'colour'): number =>
  figure(of, ({ figures }) => figures[method][name] - figures.blurred[name]);

/** Change of the landmark error against that on the blurred input, percent. */
export function landmarkChange(of: readonly Comparison[], method: Method): number {
  const error = (one: Method): number => figure(of, ({ figures }) => figures[one].landmarks);
  return 100 * (error(method) / error('blurred') - 1);
}

/** As {@link landmarkChange}, of the frames in which the judge finds the face both blurred and restored; each counts alike. */
export function pairedLandmarkChange(of: readonly Comparison[], method: Method): number {
  const pairs = of.flatMap(({ frames }) =>
    frames.flatMap(({ figures }) => {
      const [own, blurred] = [figures[method].landmarks, figures.blurred.landmarks];
      return own === undefined || blurred === undefined ? [] : [{ own, blurred }];
    }),
  );
  return 100 * (mean(pairs.map(({ own }) => own)) / mean(pairs.map(({ blurred }) => blurred)) - 1);
}

/** Share of judged frames whose descriptor came nearer to the sharp frame's, percent. */
export function verified(of: readonly Comparison[], method: Method): number {
  const nearer = of.flatMap(({ frames }) =>
    frames.flatMap(({ figures }) => {
      const [own, blurred] = [figures[method].descriptor, figures.blurred.descriptor];
      return own === undefined || blurred === undefined ? [] : [own < blurred ? 100 : 0];
    }),
  );
  return mean(nearer);
}

/** Geometric mean over clips of what flickers, against the blurred input. */
export const flickering = (of: readonly Comparison[], method: Method): number =>
  Math.exp(mean(of.map(({ flicker }) => Math.log(flicker[method] / flicker.blurred))));

/** A Markdown table of all methods, after a line that says what of. */
export function rows(title: string, of: readonly Comparison[]): string[] {
  const count = of.reduce((sum, { frames }) => sum + frames.length, 0);
  const level = (method: Method, name: keyof FrameFigures): number =>
    figure(of, ({ figures }) => figures[method][name]);
  const shutters = of.map(({ shutter }) => `${shutter[0].toFixed(0)} found as ${shutter[1].toFixed(0)}`).join(', ');
  return [
    `${title}: ${count} blurred frames, mean path ${figure(of, ({ path }) => path).toFixed(1)} px, shutter ${shutters}`,
    '| method | PSNR dB | gain | SSIM | gain | colour gain dB | landmark error % | change % | nearer descriptor % | flicker x | CPU s a frame | setting |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...METHODS.map((method) => {
      const cells = [
        level(method, 'psnr').toFixed(2),
        gain(of, method, 'psnr').toFixed(2),
        level(method, 'ssim').toFixed(4),
        gain(of, method, 'ssim').toFixed(4),
        gain(of, method, 'colour').toFixed(2),
        (100 * level(method, 'landmarks')).toFixed(2),
        landmarkChange(of, method).toFixed(1),
        method === 'blurred' ? '-' : verified(of, method).toFixed(0),
        flickering(of, method).toFixed(2),
        mean(of.map(({ cpuSeconds }) => cpuSeconds[method])).toFixed(2),
        of.length === 1 ? of[0]!.settings[method] : '',
      ];
      return `| ${method} | ${cells.join(' | ')} |`;
    }),
  ];
}
