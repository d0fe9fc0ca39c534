import type { HeadExcerpt, TalkingStyle } from '../../contract/talking-style.ts';
import type { SpeechSpan, SpeechTrack } from '../../core/speech.ts';
import { type Accent, accentAt } from './accents.ts';
import { clamp, createRandom, smoothStep, wander } from './noise.ts';

/** Most that a still head may turn, radians: beyond it the picture has nothing to show. */
export const HEAD_LIMIT = (15 * Math.PI) / 180;
/** A head settles into a new phrase over this time. */
const SETTLE = 0.45;
/** Share of the wandering that is left in silence. */
const SILENT_SHARE = 0.45;
/** Breath before a phrase lifts the head by this much (radians), over this time. */
const BREATH_LIFT = 0.012;
const BREATH_SECONDS = 0.5;
const BREATH_PERIOD = 4.1;
/** Crossfade between excerpts, seconds. */
const FADE = 0.4;

/** Turn of the head at a moment, radians: yaw to the image right, pitch up, roll clockwise in the image. */
export interface HeadTurn {
  yaw: number;
  pitch: number;
  roll: number;
  /** Rise of the shoulders with breathing, -1..1. */
  breath: number;
}

interface Played {
  readonly span: SpeechSpan;
  readonly excerpt: HeadExcerpt;
  readonly offset: number;
}

/** Excerpts for the whole length: each phrase gets one that was filmed under speech like it. */
function castExcerpts(track: SpeechTrack, seconds: number, excerpts: readonly HeadExcerpt[], seed: number): Played[] {
  const random = createRandom(seed);
  const played: Played[] = [];
  const spans: SpeechSpan[] = [];
  let at = 0;
  for (const { start, end } of [...track.phrases, { start: seconds, end: seconds }]) {
    for (const [from, until] of [
      [at, start],
      [start, end],
    ] as const)
      if (until - from > 0.05) spans.push({ start: from, end: until });
    at = Math.max(at, end);
  }
  for (const span of spans) {
    let from = span.start;
    while (from < span.end) {
      const first = Math.floor(from * track.rateHz);
      const last = Math.min(track.frames, Math.ceil(span.end * track.rateHz));
      let stress = 0;
      let speaking = 0;
      for (let i = first; i < last; i++) {
        stress += track.stress[i]! / Math.max(1, last - first);
        speaking += (track.voice[i]! > 0.5 ? 1 : 0) / Math.max(1, last - first);
      }
      let best = excerpts[0]!;
      let least = Number.POSITIVE_INFINITY;
      for (const excerpt of excerpts) {
        const cost = Math.abs(excerpt.speaking - speaking) + 1.5 * Math.abs(excerpt.stress - stress) + 0.35 * random();
        if (cost >= least || played.at(-1)?.excerpt === excerpt) continue;
        least = cost;
        best = excerpt;
      }
      const length = Math.max(0.5, best.yaw.length / best.rateHz - FADE);
      const until = Math.min(span.end, from + length);
      played.push({ span: { start: from, end: until }, excerpt: best, offset: from });
      from = until;
    }
  }
  return played;
}

function sampleAt(values: readonly number[], position: number): number {
  const p = clamp(position, 0, values.length - 1);
  const i = Math.floor(p);
  const next = Math.min(values.length - 1, i + 1);
  return values[i]! + (values[next]! - values[i]!) * (p - i);
}

/** A head that moves with what is said: phrases turn it, stressed syllables and beats nod it, silence calms it. */
export class HeadMotion {
  readonly #track: SpeechTrack;
  readonly #style: TalkingStyle;
  readonly #accents: readonly Accent[];
  readonly #beats: readonly Accent[];
  readonly #seed: number;
  readonly #turns: readonly { from: number; yaw: number; pitch: number; roll: number }[];
  readonly #played: readonly Played[];

  constructor(track: SpeechTrack, seconds: number, style: TalkingStyle, accents: readonly Accent[], seed: number) {
    this.#track = track;
    this.#style = style;
    this.#accents = accents;
    this.#beats = style.head.beat > 0 ? track.beats.map((at) => ({ seconds: at, strength: 1 })) : [];
    this.#seed = seed;
    const random = createRandom(seed + 5);
    const normal = (): number => (random() + random() + random() - 1.5) * 1.4;
    this.#turns = [
      { from: -9, yaw: 0, pitch: 0, roll: 0 },
      ...track.phrases.map(({ start }) => ({
        from: start - 0.12,
        yaw: normal(),
        pitch: normal() * 0.6,
        roll: normal(),
      })),
    ];
    this.#played = style.excerpts.length > 0 ? castExcerpts(track, seconds, style.excerpts, seed + 6) : [];
  }

  /** Writes the turn at a moment into `out`. `engaged` (0..1) says how much the face is speaking. */
  at(t: number, engaged: number, out: HeadTurn): void {
    const { head } = this.#style;
    const seed = this.#seed;
    const share = SILENT_SHARE + (1 - SILENT_SHARE) * engaged;
    if (this.#played.length > 0) this.#replay(t, out);
    else {
      const pace = head.tempo * 0.8;
      const turn = this.#turnAt(t);
      out.yaw = head.yaw * (0.75 * share * wander(seed + 1, t * pace) + 0.65 * turn.yaw);
      out.pitch = head.pitch * (0.75 * share * wander(seed + 2, t * pace * 1.15) + 0.5 * turn.pitch);
      out.roll = head.roll * (0.75 * share * wander(seed + 3, t * pace * 0.85) + 0.6 * turn.roll);
    }
    out.pitch -= head.nod * accentAt(this.#accents, t, 0.13, 0.02) * engaged;
    out.pitch -= head.beat * accentAt(this.#beats, t, 0.12);
    out.pitch += BREATH_LIFT * this.#breathBefore(t);
    out.yaw = HEAD_LIMIT * Math.tanh(out.yaw / HEAD_LIMIT);
    out.pitch = HEAD_LIMIT * Math.tanh(out.pitch / HEAD_LIMIT);
    out.roll = HEAD_LIMIT * Math.tanh(out.roll / HEAD_LIMIT);
    out.breath = Math.sin((t / BREATH_PERIOD) * 2 * Math.PI + (seed % 7)) * 0.6 + this.#breathBefore(t);
  }

  #turnAt(t: number): { yaw: number; pitch: number; roll: number } {
    const turns = this.#turns;
    let k = turns.length - 1;
    while (k > 0 && turns[k]!.from > t) k--;
    const now = turns[k]!;
    const before = turns[Math.max(0, k - 1)]!;
    const s = smoothStep(0, SETTLE, t - now.from);
    return {
      yaw: before.yaw + (now.yaw - before.yaw) * s,
      pitch: before.pitch + (now.pitch - before.pitch) * s,
      roll: before.roll + (now.roll - before.roll) * s,
    };
  }

  #replay(t: number, out: HeadTurn): void {
    const played = this.#played;
    let k = 0;
    while (k < played.length - 1 && played[k]!.span.end <= t) k++;
    const read = (index: number, key: 'yaw' | 'pitch' | 'roll'): number => {
      const { excerpt, offset } = played[index]!;
      return sampleAt(excerpt[key], (t - offset) * excerpt.rateHz);
    };
    const into = smoothStep(-FADE / 2, FADE / 2, t - played[k]!.span.start);
    const outOf = smoothStep(FADE / 2, -FADE / 2, t - played[k]!.span.end);
    for (const key of ['yaw', 'pitch', 'roll'] as const) {
      let value = read(k, key);
      if (k > 0 && into < 1) value = read(k - 1, key) * (1 - into) + value * into;
      if (k < played.length - 1 && outOf < 1) value = value * outOf + read(k + 1, key) * (1 - outOf);
      out[key] = value;
    }
  }

  /** Breath that is taken before a phrase after a real pause, 0..1. */
  #breathBefore(t: number): number {
    for (const { start, end } of this.#track.pauses) {
      if (end - start < 0.3 || end > this.#track.seconds - 0.05) continue;
      if (t < end - BREATH_SECONDS || t > end + 0.4) continue;
      return Math.min(smoothStep(end - BREATH_SECONDS, end - 0.05, t), smoothStep(end + 0.4, end, t));
    }
    return 0;
  }
}
