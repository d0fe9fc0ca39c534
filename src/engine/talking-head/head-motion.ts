import type { HeadExcerpt, TalkingStyle } from '../../contract/talking-style.ts';
import type { SpeechSpan, SpeechTrack } from '../../core/speech.ts';
import { type Accent, accentAt } from './accents.ts';
import { clamp, createRandom, smoothStep, wander } from './noise.ts';
import { mean } from './statistics.ts';

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
const FADE = 0.6;
/** No excerpt is played for less, seconds. */
const SHORTEST_PIECE = 0.8;

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

/** Mean stress and share of speaking between two moments. */
function speechBetween(track: SpeechTrack, from: number, until: number): { stress: number; speaking: number } {
  const first = Math.max(0, Math.floor(from * track.rateHz));
  const last = Math.min(track.frames, Math.max(first + 1, Math.ceil(until * track.rateHz)));
  const share = 1 / Math.max(1, last - first);
  const sum = { stress: 0, speaking: 0 };
  for (let i = first; i < last; i++) {
    sum.stress += track.stress[i]! * share;
    sum.speaking += track.voice[i]! > 0.5 ? share : 0;
  }
  return sum;
}

/**
 * Excerpts for the whole length. At the start and end of every phrase, and where one runs out, the excerpt is taken that was
 * filmed under speech like what comes, that begins near where the head is, and that was not played often; one that still
 * lasts and fits goes on.
 */
function castExcerpts(track: SpeechTrack, seconds: number, excerpts: readonly HeadExcerpt[], seed: number): Played[] {
  const random = createRandom(seed);
  const edges = [...track.phrases.flatMap(({ start, end }) => [start, end]), seconds];
  const size = Math.sqrt(mean(excerpts.flatMap(({ yaw, pitch }) => [mean(yaw.map(sq)), mean(pitch.map(sq))]))) + 1e-4;
  const uses = new Map<HeadExcerpt, number>();
  const played: Played[] = [];
  for (let from = 0; from < seconds - 0.01; ) {
    const edge = Math.min(seconds, edges.find((at) => at > from + SHORTEST_PIECE) ?? seconds);
    const { stress, speaking } = speechBetween(track, from, edge);
    const last = played.at(-1);
    let best: Played | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const excerpt of excerpts) {
      const on = excerpt === last?.excerpt;
      const offset = on ? last.offset : from;
      const end = offset + excerpt.yaw.length / excerpt.rateHz - FADE;
      const chance = random();
      if (on && end < from + SHORTEST_PIECE && excerpts.length > 1) continue;
      const fresh = on && end < from + SHORTEST_PIECE;
      const jump = last === undefined || (on && !fresh) ? 0 : jumpTo(last, excerpt, from) / size;
      const cost =
        Math.abs(excerpt.speaking - speaking) +
        1.5 * Math.abs(excerpt.stress - stress) +
        (on && !fresh ? 0 : 0.35 * chance + 0.15 * (uses.get(excerpt) ?? 0) + 0.4 * jump);
      if (cost >= least) continue;
      least = cost;
      const start = fresh ? from : offset;
      const until = Math.min(edge, Math.max(from + SHORTEST_PIECE, fresh ? from + (end - offset) : end));
      best = { span: { start: from, end: until }, excerpt, offset: start };
    }
    played.push(best!);
    uses.set(best!.excerpt, (uses.get(best!.excerpt) ?? 0) + 1);
    from = best!.span.end;
  }
  // Pieces of one excerpt in a row are one.
  return played.reduce<Played[]>((out, piece) => {
    const before = out.at(-1);
    if (before?.excerpt === piece.excerpt && before.offset === piece.offset)
      out[out.length - 1] = { ...before, span: { start: before.span.start, end: piece.span.end } };
    else out.push(piece);
    return out;
  }, []);
}

const sq = (value: number): number => value * value;

/** How far the head has to go from one excerpt at a moment to the start of another, radians. */
function jumpTo({ excerpt, offset }: Played, next: HeadExcerpt, at: number): number {
  const position = (at - offset) * excerpt.rateHz;
  return Math.hypot(
    ...(['yaw', 'pitch', 'roll'] as const).map((key) => sampleAt(excerpt[key], position) - (next[key][0] ?? 0)),
  );
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
