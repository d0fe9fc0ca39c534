import type { Result } from '../../../contract/results.ts';
import { curveChart } from './curves.ts';
import { escapeHtml, htmlTable, page } from './html.ts';

type Comparison = NonNullable<Result<'report'>['comparison']>;

/** Pictures of a worst frame as data URLs. */
export interface FramePair {
  readonly before: string;
  readonly after: string;
}

const BEFORE = '#e0a458';
const AFTER = '#7fb7be';

const percent = (value: number | null | undefined): string => (value == null ? '-' : `${(100 * value).toFixed(0)} %`);
const number = (value: number | null | undefined): string => (value == null ? '-' : value.toFixed(3));

function figures(comparison: Comparison): string {
  const { depicted, identity, lipMotion, outsideFace, flicker } = comparison;
  const classes = Object.keys(depicted.after).length > 0 ? Object.keys(depicted.after) : Object.keys(depicted.before);
  const distribution = htmlTable([
    ['depicted expression', 'before, mean', 'after, mean', 'after, frames where it leads'],
    ...classes.map((name) => [
      escapeHtml(name),
      percent(depicted.before[name]),
      percent(depicted.after[name]),
      percent(depicted.topAfter[name] ?? 0),
    ]),
  ]);
  const rest = htmlTable([
    ['measure', 'value'],
    ['same person (cosine of descriptors), median', number(identity?.median)],
    ['same person, lowest', number(identity?.minimum)],
    ['lips: gap, correlation with the source', number(lipMotion.gap)],
    ['lips: gap without the slow part', number(lipMotion.gapFast)],
    ['lips: width without the slow part', number(lipMotion.widthFast)],
    ['change outside the face, mean', outsideFace ? `${number(outsideFace.mean)} code values` : 'not comparable'],
    ['change outside the face, largest', outsideFace ? `${outsideFace.max} code values` : 'not comparable'],
    ['flicker where the source stands still', flicker === null ? '-' : `${number(flicker)} code values`],
  ]);
  return `${distribution}<h2>Other measures</h2>${rest}`;
}

function charts(comparison: Comparison): string {
  const { perFrame, depicted } = comparison;
  const moved = Object.keys(depicted.after)
    .map((name) => ({ name, by: Math.abs((depicted.after[name] ?? 0) - (depicted.before[name] ?? 0)) }))
    .sort((a, b) => b.by - a.by)
    .slice(0, 3);
  const expression = moved.map(({ name }) =>
    curveChart(`depicted expression: ${name}`, [
      { name: 'before', colour: BEFORE, values: perFrame.map((frame) => frame.depictedBefore?.[name] ?? null) },
      { name: 'after', colour: AFTER, values: perFrame.map((frame) => frame.depictedAfter?.[name] ?? null) },
    ]),
  );
  const gaps = perFrame.flatMap((frame) => [frame.lipGapBefore ?? 0, frame.lipGapAfter ?? 0]);
  const top = Math.max(0.1, Math.ceil(Math.max(...gaps) * 10) / 10);
  const lips = curveChart(
    'gap of the lips, shares of the eye distance',
    [
      { name: 'before', colour: BEFORE, values: perFrame.map((frame) => frame.lipGapBefore) },
      { name: 'after', colour: AFTER, values: perFrame.map((frame) => frame.lipGapAfter) },
    ],
    top,
  );
  return [...expression, lips].join('\n<p></p>\n');
}

/** The report as a page: figures, curves, and the worst frames with their pictures. */
export function reportPage(before: string, after: string, comparison: Comparison, pairs: readonly FramePair[]): string {
  const worst = comparison.worst.map((frame, index) => {
    const pair = pairs[index];
    const picture = (url: string | undefined, alt: string): string => (url ? `<img src="${url}" alt="${alt}">` : '');
    return [
      `${frame.frame}<br>${escapeHtml(frame.timecode)}`,
      frame.reasons.map(escapeHtml).join('<br>'),
      picture(pair?.before, 'before'),
      picture(pair?.after, 'after'),
    ];
  });
  const worstTable =
    worst.length === 0 ? '<p>No frame stands out.</p>' : htmlTable([['frame', 'why', 'before', 'after'], ...worst]);
  return page(
    'Retake report',
    `<h1>Report</h1><p>${escapeHtml(before)} compared with ${escapeHtml(after)}, ${comparison.frames} frames. Depicted expression is what a picture shows to a network; it says nothing about a person.</p>
<h2>Figures</h2>${figures(comparison)}<h2>Over time</h2>${charts(comparison)}<h2>Frames to look at</h2>${worstTable}`,
  );
}
