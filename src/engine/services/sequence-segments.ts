// Renders a sequence of a project part by part for the render queue, through the evaluator that previews use.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROVENANCE_VERSION, type ProvenanceClaim, type SequenceEditRecord } from '../../contract/provenance.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import { evaluateSound } from '../../core/document/evaluate.ts';
import { layOut, sequenceLength } from '../../core/document/query.ts';
import { type Clip, type MediaItem, type Project, projectSchema } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { type BlurSurvey, restorationPacks } from '../deblur/index.ts';
import type { JobSpec, RenderPlan, SegmentRenderer } from '../jobs/index.ts';
import { createVideoWriter, fingerprintMedia } from '../media/index.ts';
import { ProjectStore, packPerformance, unpackPerformance } from '../store/index.ts';
import { packSurvey, unpackSurvey } from './blur-results.ts';
import {
  changesFaces,
  isDeblurEffect,
  isFaceEffect,
  isTalkEffect,
  requireRenderable,
} from './evaluator/effect-plan.ts';
import { type EvaluatedPicture, Evaluator } from './evaluator/evaluator.ts';
import { readPacked, writePacked } from './evaluator/packed-file.ts';
import { type CapturedMedia, type PerformanceSource, StorePerformances } from './evaluator/performances.ts';
import { soundOf } from './evaluator/sound-mix.ts';
import { packUse } from './pack-use.ts';
import type { TakenFile } from './provenance-claim.ts';
import { writeProvenance } from './provenance-record.ts';
import { provenanceTags } from './provenance-tag.ts';
import { formatRate } from './rates.ts';
import { LISTENING_PACKS, packSpeech, type TalkEffect, type TalkInputs, unpackSpeech } from './speech-results.ts';
import { programVersion } from './version.ts';

/** What a job of this renderer is to do. */
export interface SequenceJob {
  /** The project file. It is read when the job starts; what is edited later does not change the render. */
  readonly project: string;
  /** Id of the sequence. */
  readonly sequence: string;
  /**
   * Only reads the project: for an engine's jobs. Whoever edits it may be starting again just then, and must find it
   * free. Without this a render stores what it captures.
   */
  readonly readOnly?: boolean;
}

interface Shared {
  readonly document: string;
  readonly performances: Readonly<Record<string, string>>;
  readonly actors: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files with what talking-head effects say, by effect. */
  readonly talks: Readonly<Record<string, string>>;
  /** Files with how blurred faces are, by {@link blurName}. */
  readonly blurs: Readonly<Record<string, string>>;
  readonly claim: ProvenanceClaim | null;
  /** Captures that this job had to make. */
  readonly captures: number;
}

const blurName = (media: string, shutterDegrees: number): string => `blur-${media}-${shutterDegrees}`;
const jobOf = (spec: JobSpec): SequenceJob => spec.payload as SequenceJob;
const sharedOf = (plan: RenderPlan): Shared => plan.extra as Shared;

function pictureClips(project: Project, sequence: string): Clip[] {
  return project.sequences[sequence]!.tracks.flatMap((id) => {
    const track = project.tracks[id]!;
    if (track.kind !== 'video' || track.muted) return [];
    return layOut(project, track).flatMap(({ item }) => (item.type === 'clip' && item.enabled ? [item] : []));
  });
}

/** The performances that the clips' effects need, captured now where the project lacks them, written into `folder`. */
async function gather(store: ProjectStore, sequence: string, folder: string, signal: AbortSignal) {
  await using performances = new StorePerformances(store);
  const paths: Record<string, string> = {};
  const actors: Record<string, Readonly<Record<string, string>>> = {};
  const models = new Map<string, CapturedMedia['models'][number]>();
  const wanted = new Set<string>();
  const talks: Record<string, string> = {};
  const spoken: Record<string, SpeechFiles> = {};
  const blurs: Record<string, string> = {};
  for (const clip of pictureClips(store.project, sequence))
    for (const id of clip.effects) {
      const effect = store.project.effects[id]!;
      requireRenderable(effect);
      if (isTalkEffect(effect)) {
        const { speech, style, styleFile } = await performances.ensureTalk(effect, { signal });
        talks[effect.id] = join(folder, `speech-${effect.id}.bin`);
        const packed = packSpeech(speech);
        writePacked(talks[effect.id]!, { ...packed, info: { speech: packed.info, style, styleFile } });
        spoken[effect.id] = speechFiles(store.project, effect, styleFile);
        wanted.add(clip.media);
        for (const id of LISTENING_PACKS) models.set(id, await packUse(id));
        continue;
      }
      if (isDeblurEffect(effect)) {
        // The first effect's shutter is that of the clip.
        const shutter = clip.effects.map((one) => store.project.effects[one]!).find(isDeblurEffect)!.settings;
        const name = blurName(clip.media, shutter.shutterDegrees);
        const survey = await performances.ensureBlur(clip.media, shutter.shutterDegrees, { signal });
        blurs[name] = join(folder, `${name}.bin`);
        writePacked(blurs[name], packSurvey(survey));
        for (const id of restorationPacks(survey)) models.set(id, await packUse(id));
        wanted.add(clip.media);
        continue;
      }
      if (!isFaceEffect(effect)) continue;
      wanted.add(clip.media);
      if (effect.kind === 'emotion' && effect.settings.reference) wanted.add(effect.settings.reference.media);
    }
  for (const media of wanted) {
    const captured = await performances.ensure(media, { signal });
    paths[media] = join(folder, `performance-${media}.bin`);
    writePacked(paths[media], packPerformance(captured.performance));
    actors[media] = captured.actors;
    for (const model of captured.models) models.set(model.id, model);
  }
  return { paths, actors, talks, spoken, blurs, models: [...models.values()], captures: performances.captures };
}

type SpeechFiles = NonNullable<SequenceEditRecord['files']>;

/** The files that a talking-head effect took besides the clip it is on. */
function speechFiles(project: Project, effect: TalkEffect, styleFile: TakenFile | null): SpeechFiles {
  const { speech, style } = effect.settings;
  return {
    ...(speech ? { speech: sourceOf(project.media[speech.media]!) } : {}),
    ...(style ? { style: sourceOf(project.media[style.media]!) } : {}),
    ...(styleFile ? { style: { name: basename(styleFile.path), fingerprint: styleFile.fingerprint } } : {}),
  };
}

const sourceOf = (media: MediaItem) => ({
  name: basename(media.path ?? media.name),
  fingerprint: media.fingerprint ?? '',
});

/** Settings as a label may carry them: a saved style by its name, its folder is nobody's business. */
function publicSettings(effect: Effect): SequenceEditRecord['settings'] {
  if (!isTalkEffect(effect) || effect.settings.styleFile === null) return effect.settings;
  return { ...effect.settings, styleFile: basename(effect.settings.styleFile) };
}

function editsOf(
  project: Project,
  sequence: string,
  spoken: Readonly<Record<string, SpeechFiles>>,
): SequenceEditRecord[] {
  return pictureClips(project, sequence).flatMap((clip) => {
    const media = project.media[clip.media]!;
    return clip.effects
      .map((id) => project.effects[id]!)
      .filter(changesFaces)
      .map((effect) => ({
        kind: 'sequence-effect' as const,
        effect: effect.kind,
        clip: clip.name,
        source: sourceOf(media),
        range: effect.range ? { from: effect.range.start, until: effect.range.start + effect.range.duration } : null,
        parameters: effect.parameters,
        settings: publicSettings(effect),
        ...(spoken[effect.id] ? { files: spoken[effect.id] } : {}),
      }));
  });
}

function claimOf(
  project: Project,
  sequenceId: string,
  range: { from: number; until: number },
  models: CapturedMedia['models'],
  spoken: Readonly<Record<string, SpeechFiles>>,
) {
  const edits = editsOf(project, sequenceId, spoken);
  if (edits.length === 0) return null;
  const sequence = project.sequences[sequenceId]!;
  const claim: ProvenanceClaim = {
    kind: 'retake-provenance',
    version: PROVENANCE_VERSION,
    id: randomUUID(),
    program: { name: 'retake', version: programVersion() },
    createdAt: new Date().toISOString(),
    source: {
      ...edits[0]!.source,
      frames: sequenceLength(project, sequenceId),
      rate: formatRate(sequence.rate),
      width: sequence.width,
      height: sequence.height,
    },
    range,
    edits,
    models: [...models],
  };
  return claim;
}

class FolderPerformances implements PerformanceSource {
  readonly #shared: Shared;
  readonly #read = new Map<string, CapturedMedia>();
  readonly #talks = new Map<string, TalkInputs>();
  readonly #blurs = new Map<string, BlurSurvey>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  get(_project: Project, media: MediaItem): CapturedMedia | undefined {
    const known = this.#read.get(media.id);
    const path = this.#shared.performances[media.id];
    if (known || path === undefined) return known;
    const { performance } = unpackPerformance(readPacked(path));
    const captured = { performance, actors: this.#shared.actors[media.id] ?? {}, models: [] };
    this.#read.set(media.id, captured);
    return captured;
  }

  blur(project: Project, media: MediaItem, shutterDegrees: number): BlurSurvey | undefined {
    const name = blurName(media.id, shutterDegrees);
    const known = this.#blurs.get(name);
    const path = this.#shared.blurs[name];
    const captured = known || path === undefined ? undefined : this.get(project, media);
    if (!captured || path === undefined) return known;
    const survey = unpackSurvey(readPacked(path), captured.performance);
    this.#blurs.set(name, survey);
    return survey;
  }

  async talk(_project: Project, { id }: TalkEffect): Promise<TalkInputs | undefined> {
    const known = this.#talks.get(id);
    const path = this.#shared.talks[id];
    if (known || path === undefined) return known;
    const { info, tables } = readPacked(path);
    const { speech, ...chosen } = info as { speech: unknown } & Omit<TalkInputs, 'speech'>;
    const inputs = { speech: unpackSpeech({ info: speech, tables }), ...chosen };
    this.#talks.set(id, inputs);
    return inputs;
  }
}

async function requireUnchanged(media: MediaItem, path: string): Promise<void> {
  if (media.fingerprint === null || (await fingerprintMedia(path)) === media.fingerprint) return;
  throw new RetakeError(
    'conflict',
    `${path} was changed since it was imported: it has other content now. Bring the old file back, or relink ${media.name}.`,
    { path, media: media.id },
  );
}

async function inputsOf(project: Project, sequence: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const clip of pictureClips(project, sequence)) {
    const media = project.media[clip.media]!;
    if (media.path === null || media.kind !== 'file')
      throw new RetakeError('not-found', `${media.name} has no file. Relink it in the project.`, { media: media.id });
    if (!existsSync(media.path))
      throw new RetakeError(
        'not-found',
        `${media.path} is not there any more. Bring it back, or relink ${media.name}.`,
        {
          path: media.path,
        },
      );
    if (!paths.has(media.path)) await requireUnchanged(media, media.path);
    paths.add(media.path);
  }
  for (const { media } of evaluateSound(project, sequence, 0, sequenceLength(project, sequence)))
    if (media.path !== null) paths.add(media.path);
  return [...paths];
}

/** Frames under way at once. */
const AHEAD = 3;

/** The renderer of sequences: a job's payload is a {@link SequenceJob}. */
export const renderer: SegmentRenderer = {
  async plan(spec, folder, signal) {
    const { project: path, sequence: sequenceId, readOnly = false } = jobOf(spec);
    using store = ProjectStore.open(path, { writtenBy: programVersion(), readOnly });
    const sequence = store.project.sequences[sequenceId];
    if (!sequence) throw new RetakeError('not-found', `There is no sequence ${sequenceId} in ${path}.`, { path });
    const length = sequenceLength(store.project, sequenceId);
    const from = spec.range?.from ?? 0;
    const until = spec.range?.until ?? length;
    if (length === 0) throw new RetakeError('invalid-range', `The sequence "${sequence.name}" is empty.`, { path });
    if (from >= until || until > length)
      throw new RetakeError(
        'invalid-range',
        `Frames ${from} to ${until} do not lie in "${sequence.name}", which has ${length} frames.`,
        { from, until, length },
      );
    const inputs = await inputsOf(store.project, sequenceId);
    const { paths, actors, talks, spoken, blurs, models, captures } = await gather(store, sequenceId, folder, signal);
    const document = join(folder, 'project.json');
    writeFileSync(document, JSON.stringify(store.project));
    const audio = await soundOf(store.project, sequenceId, from, until, join(folder, 'sound.wav'));
    const claim = claimOf(store.project, sequenceId, { from, until }, models, spoken);
    const shared: Shared = { document, performances: paths, actors, talks, blurs, claim, captures };
    return {
      frameCount: length,
      rate: sequence.rate,
      audio,
      tags: claim ? provenanceTags(claim) : {},
      inputs,
      extra: shared,
    };
  },

  async render({ spec, plan, first, count, out, signal, onFrames, onNote }) {
    const shared = sharedOf(plan);
    const { sequence } = jobOf(spec);
    const project = projectSchema.parse(JSON.parse(readFileSync(shared.document, 'utf8'))) as Project;
    await using evaluator = new Evaluator({ performances: new FolderPerformances(shared) });
    const kind = await evaluator.kindOf(project, sequence, 'full');
    await using writer = await createVideoWriter(out, { preset: spec.preset, ...kind, rate: plan.rate, signal });
    // A few frames ahead of the encoder: decoding, composing and encoding overlap, the order stays.
    const ahead: Promise<EvaluatedPicture>[] = [];
    const ask = (frame: number): void => {
      if (frame >= first + count) return;
      const made = evaluator.frame(project, { sequence, frame, quality: 'full', side: 'edited' }, signal);
      made.catch(() => undefined);
      ahead.push(made);
    };
    for (let frame = first; frame < first + AHEAD; frame++) ask(frame);
    for (let frame = first; frame < first + count; frame++) {
      const made = await ahead.shift()!;
      ask(frame + AHEAD);
      await writer.write(made.picture);
      if (!made.touched && shared.claim) {
        const reason = made.layers.flatMap(({ faces }) => faces).find((face) => face.reason !== 'ok')?.reason;
        onNote({ frame, reason: reason ?? 'unchanged' });
      }
      onFrames(frame - first + 1);
    }
    await writer.finish();
  },

  async finish({ spec, plan, notes }) {
    const { claim } = sharedOf(plan);
    if (!claim) return;
    const total = claim.range.until - claim.range.from;
    const untouched = new Set(notes.map(({ frame }) => frame)).size;
    await writeProvenance(spec.out, claim, spec.preset, { total, edited: total - untouched, untouched, runs: [] });
  },
};
