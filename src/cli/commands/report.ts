import type { Result } from '../../contract/results.ts';
import { report } from '../../engine/services/report-service.ts';
import type { CommandModule } from '../command-module.ts';
import { columns, formatNumber, formatShare, table } from '../format/text.ts';

type Row = [string, string];

function describeEdit(
  edit: NonNullable<NonNullable<Result<'report'>['provenance']>['claim']>['edits'][number],
): string {
  if (edit.kind === 'sequence-effect') {
    const range = edit.range ? ` in frames ${edit.range.from} to ${edit.range.until - 1}` : '';
    return `${edit.effect} on "${edit.clip}" (${edit.source.name})${range}: ${JSON.stringify(edit.parameters)}`;
  }
  if (edit.kind === 'deblur')
    return `faces restored from motion blur, strength ${edit.strength}; shutter from ${edit.shutterDegrees} degrees${edit.assumedBlurred ? ', said to be blurred' : ''}; actor ${edit.actor}`;
  if (edit.kind === 'speech') {
    const style = `${edit.style.name}, strength ${edit.style.strength}${edit.style.reference ? ` (${edit.style.reference.name})` : ''}`;
    return `${edit.target === 'dub' ? 'dubbed with' : 'made to speak'} ${edit.speech.name}; style ${style}; seed ${edit.seed}`;
  }
  const keys = edit.keys.map((key) => `${key.label} ${key.intensity} from ${key.seconds} s`);
  const units = Object.entries(edit.actionUnits ?? {}).map(([name, value]) => `${name} ${value}`);
  const reference = edit.reference ? [`manner of ${edit.reference.name}`] : [];
  return `${[...keys, ...reference, ...units].join(', ')}; lips kept ${edit.preserveLips}; actor ${edit.actor}; seed ${edit.seed}`;
}

function provenanceText(provenance: Result<'report'>['provenance'], path: string): string {
  if (!provenance) return `${path} carries no Retake provenance.`;
  const { claim, record } = provenance;
  const rows: Row[] = [['state', provenance.message]];
  if (claim)
    rows.push(
      ['source', `${claim.source.name} (${claim.source.fingerprint})`],
      ['frames', `${claim.range.from} to ${claim.range.until - 1} of ${claim.source.frames}`],
      ...claim.edits.map((edit): Row => ['edit', describeEdit(edit)]),
      ['made by', `Retake ${claim.program.version}, ${claim.createdAt}`],
      ...claim.models.map(
        (model): Row => ['model', `${model.id} ${model.version}, sha256 ${model.sha256.slice(0, 16)}`],
      ),
    );
  if (record) {
    rows.push(['edited', `${record.frames.edited} of ${record.frames.total} frames`]);
    for (const run of record.frames.runs)
      rows.push(['weakened', `frames ${run.from} to ${run.until - 1}: ${run.reason}`]);
  }
  return table(rows);
}

function comparisonText(comparison: NonNullable<Result<'report'>['comparison']>): string {
  const { depicted, identity, lipMotion, outsideFace } = comparison;
  const classes = Object.keys(depicted.after).length > 0 ? Object.keys(depicted.after) : Object.keys(depicted.before);
  const expression = columns([
    ['depicted expression', 'before', 'after', 'leads after'],
    ...classes.map((name) => [
      `  ${name}`,
      formatShare(depicted.before[name]),
      formatShare(depicted.after[name]),
      formatShare(depicted.topAfter[name] ?? 0),
    ]),
  ]);
  const figures = table([
    ['frames', String(comparison.frames)],
    ['faces found', `${formatShare(comparison.facesBefore)} before, ${formatShare(comparison.facesAfter)} after`],
    [
      'same person',
      identity
        ? `median ${formatNumber(identity.median, 3)}, lowest ${formatNumber(identity.minimum, 3)} (cosine)`
        : '-',
    ],
    [
      'lip motion',
      `gap ${formatNumber(lipMotion.gapFast)}, width ${formatNumber(lipMotion.widthFast)} (correlation of the fast part; whole gap ${formatNumber(lipMotion.gap)})`,
    ],
    [
      'outside the face',
      outsideFace
        ? `mean ${formatNumber(outsideFace.mean, 3)}, largest ${outsideFace.max} of ${2 ** outsideFace.bitDepth - 1} code values`
        : 'not comparable: the clips differ in colour space or size',
    ],
    [
      'flicker',
      comparison.flicker === null
        ? '-'
        : `${formatNumber(comparison.flicker)} code values where the source stands still`,
    ],
  ]);
  const worst = comparison.worst.map(
    (frame) => `  ${frame.timecode}  frame ${frame.frame}: ${frame.reasons.join('; ')}`,
  );
  return `${expression}\n\n${figures}\n\nFrames to look at:\n${worst.join('\n') || '  none stands out'}`;
}

const command: CommandModule<'report'> = {
  run: ([before, after], values, context) =>
    report({ before: before!, after, html: values.html, from: values.from, until: values.until }, context),
  print: (result) =>
    [
      provenanceText(result.provenance, result.after ?? result.before),
      ...(result.comparison ? [comparisonText(result.comparison)] : []),
      ...result.outputs.map((output) => `wrote ${output.path}`),
    ].join('\n\n'),
};

export const { run, print } = command;
