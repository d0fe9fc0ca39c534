import { type Effect, parameterOf } from './effect-schema.ts';
import { type ChoiceBlend, choiceAt, type NumberParameter, valueAt } from './parameter.ts';
import { effectsAt, itemAt, layOut, mediaFrameAt, type Placed } from './query.ts';
import type { Clip, MediaItem, Project, Track } from './schema.ts';

/** An effect with the values that its parameters have at one media frame; a parameter that is not set is missing. */
export interface EvaluatedEffect {
  readonly effect: Effect;
  readonly values: Readonly<Record<string, number | ChoiceBlend>>;
}

/** One picture that a frame of a sequence is made of. */
export interface EvaluatedLayer {
  readonly clip: Clip;
  readonly media: MediaItem;
  /** Frame of the media, counted from its first. */
  readonly mediaFrame: number;
  /** 0..1: how much of it covers what is below; under 1 inside a transition only. */
  readonly opacity: number;
  /** In the order in which they work. */
  readonly effects: readonly EvaluatedEffect[];
}

/** What a frame of a sequence shows: layers from the lowest to the topmost; none is black. */
export interface EvaluatedFrame {
  readonly sequence: string;
  readonly frame: number;
  readonly layers: readonly EvaluatedLayer[];
}

function valuesAt(effect: Effect, mediaFrame: number): EvaluatedEffect['values'] {
  const values: Record<string, number | ChoiceBlend> = {};
  for (const name of Object.keys(effect.parameters)) {
    const parameter = parameterOf(effect, name)!;
    const first = parameter.kind === 'constant' ? parameter.value : parameter.keys[0]!.value;
    values[name] =
      typeof first === 'number'
        ? valueAt(parameter as NumberParameter, mediaFrame)
        : choiceAt(parameter as Exclude<typeof parameter, NumberParameter>, mediaFrame);
  }
  return values;
}

function layerOf(project: Project, placed: Placed<Clip>, frame: number, opacity: number): EvaluatedLayer | undefined {
  const clip = placed.item;
  const media = project.media[clip.media];
  const track = project.tracks[clip.track];
  const sequence = track && project.sequences[track.sequence];
  if (!clip.enabled || !media || !sequence) return undefined;
  const mediaFrame = mediaFrameAt(clip, media, frame - placed.start, sequence.rate);
  const effects = effectsAt(project, clip, mediaFrame).map((effect) => ({
    effect,
    values: valuesAt(effect, mediaFrame),
  }));
  return { clip, media, mediaFrame, opacity, effects };
}

function trackLayers(project: Project, track: Track, frame: number): EvaluatedLayer[] {
  const layout = layOut(project, track);
  const { solid, transition } = itemAt(layout, frame);
  if (transition) {
    const index = layout.indexOf(transition);
    const [before, after] = [layout[index - 1], layout[index + 1]];
    const span = transition.end - transition.start;
    const mix = (frame - transition.start + 0.5) / Math.max(1, span);
    const layers: EvaluatedLayer[] = [];
    const add = (placed: Placed | undefined, opacity: number): void => {
      if (placed?.item.type !== 'clip') return;
      const layer = layerOf(project, placed as Placed<Clip>, frame, opacity);
      if (layer) layers.push(layer);
    };
    add(before, 1);
    add(after, mix);
    return layers;
  }
  if (solid?.item.type !== 'clip') return [];
  const layer = layerOf(project, solid as Placed<Clip>, frame, 1);
  return layer ? [layer] : [];
}

/**
 * What `frame` of a sequence shows: which clips, which of their frames, which effects with which values, in which
 * order. The topmost clip of the video tracks covers what is below it; muted tracks show nothing. The one answer for
 * preview, export and batch. Pure; an unknown sequence or a frame beyond its end has no layers.
 */
export function evaluateFrame(project: Project, sequence: string, frame: number): EvaluatedFrame {
  let layers: EvaluatedLayer[] = [];
  for (const id of project.sequences[sequence]?.tracks ?? []) {
    const track = project.tracks[id];
    if (track?.kind !== 'video' || track.muted) continue;
    const own = trackLayers(project, track, frame);
    if (own.length === 0) continue;
    layers = own[0]!.opacity === 1 ? own : [...layers, ...own];
  }
  return { sequence, frame, layers };
}

/** A stretch of sound on the timeline. */
export interface SoundSpan {
  readonly clip: Clip;
  readonly media: MediaItem;
  /** Sequence frames [from, until). */
  readonly from: number;
  readonly until: number;
  /** Where in the media the span starts, seconds from its first frame. */
  readonly mediaSeconds: number;
}

/** Sound of a sequence between two of its frames: every enabled clip on an audio track that is not muted. */
export function evaluateSound(project: Project, sequence: string, from: number, until: number): SoundSpan[] {
  const rate = project.sequences[sequence]?.rate;
  if (!rate) return [];
  return project.sequences[sequence]!.tracks.flatMap((id) => {
    const track = project.tracks[id];
    if (track?.kind !== 'audio' || track.muted) return [];
    return layOut(project, track).flatMap(({ item, start, end }) => {
      if (item.type !== 'clip' || !item.enabled || end <= from || start >= until) return [];
      const media = project.media[item.media];
      if (!media) return [];
      const first = Math.max(from, start);
      const origin = media.availableRange?.start;
      const sourceStart = (item.sourceStart.value * item.sourceStart.rate.den) / item.sourceStart.rate.num;
      const mediaStart = origin ? (origin.value * origin.rate.den) / origin.rate.num : 0;
      const mediaSeconds = sourceStart - mediaStart + ((first - start) * rate.den) / rate.num;
      return [{ clip: item, media, from: first, until: Math.min(until, end), mediaSeconds }];
    });
  });
}
