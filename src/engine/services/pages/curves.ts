import { escapeHtml } from './html.ts';

/** A line of a chart; null leaves a gap. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

const WIDTH = 1000;
const HEIGHT = 170;
const LEFT = 36;
const BOTTOM = 22;

/** Path data of a curve over `count` frames, values 0..top; a new piece after each gap. */
function pathOf(values: readonly (number | null)[], count: number, top: number): string {
  let pen = 'M';
  const parts: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const x = LEFT + (index / Math.max(1, count - 1)) * (WIDTH - LEFT);
    const y = (HEIGHT - BOTTOM) * (1 - Math.min(1, Math.max(0, value / top))) + 2;
    parts.push(`${pen}${x.toFixed(1)} ${y.toFixed(1)}`);
    pen = 'L';
  });
  return parts.join('');
}

/** Curves over frames as an SVG picture with its own legend; `top` is the value at the upper edge. */
export function curveChart(title: string, curves: readonly Curve[], top = 1): string {
  const count = Math.max(...curves.map((curve) => curve.values.length));
  const legend = curves
    .map(
      (curve, index) =>
        `<text x="${WIDTH - 110 * (curves.length - index)}" y="16" style="fill:${curve.colour}">${escapeHtml(curve.name)}</text>`,
    )
    .join('');
  const lines = curves
    .map(
      (curve) =>
        `<path d="${pathOf(curve.values, count, top)}" fill="none" stroke="${curve.colour}" stroke-width="1.6"/>`,
    )
    .join('');
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}"><text x="${LEFT + 6}" y="16">${escapeHtml(title)}</text><text x="4" y="14">${top}</text><text x="4" y="${HEIGHT - BOTTOM}">0</text><text x="${LEFT}" y="${HEIGHT - 6}">frame 0</text><text x="${WIDTH - 70}" y="${HEIGHT - 6}">${count - 1}</text>${legend}${lines}</svg>`;
}
