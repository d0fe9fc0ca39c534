import { smoothStepBetween } from '../../core/smooth-step.ts';
import { ARTICULATOR_COUNT, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { PHONE_SHAPES } from './phones.ts';

/** Voice activity at which the mouth moves fully, and at which it rests. */
const FULL = 0.5;
const NONE = 0.15;
/** The share of p, b, m counts this much beside the others; under an even chance of them, or of silence, lips stay apart by a hair. */
const DOUBT = 0.2;
const EVEN = 0.5;
const PARTED = 0.6;
/** Column of `close`. */
const CLOSE = 3;

/**
 * Takes back closures that the curve claims and the visemes do not: on f and v the lower lip touches teeth, not the upper
 * lip. Where f or v is likelier than p, b, m the curve stays under what their share allows. In place.
 */
export function partLabiodentals(visemes: Float32Array, articulation: Float32Array): void {
  const [both, teeth] = [visemeIndex('PP'), visemeIndex('FF')];
  const touch = PHONE_SHAPES.get('f')!.target[CLOSE];
  for (let frame = 0; frame * VISEME_COUNT < visemes.length; frame += 1) {
    const p = visemes[frame * VISEME_COUNT + both]!;
    const f = visemes[frame * VISEME_COUNT + teeth]!;
    if (f <= p) continue;
    const at = frame * ARTICULATOR_COUNT + CLOSE;
    articulation[at] = Math.min(articulation[at]!, touch + ((1 - touch) * p) / (p + f));
  }
}

/**
 * Takes back closures that are only suspected: the network takes n, k and v for p, b, m more often than the other way
 * round, and lips that snap shut are seen. Noise makes it miss them instead: the noisier (0..1), the less is doubted. In
 * place; rows keep summing to 1.
 */
export function doubtClosures(visemes: Float32Array, articulation: Float32Array, noisy: number): void {
  const doubt = DOUBT + (1 - DOUBT) * noisy;
  const parted = PARTED + (1 - PARTED) * noisy;
  const [both, silence] = [visemeIndex('PP'), visemeIndex('sil')];
  for (let frame = 0; frame * VISEME_COUNT < visemes.length; frame += 1) {
    const row = frame * VISEME_COUNT;
    const share = visemes[row + both]!;
    const total = 1 - share + share * doubt;
    for (let k = 0; k < VISEME_COUNT; k += 1) visemes[row + k]! /= total;
    visemes[row + both]! *= doubt;
    if (visemes[row + both]! >= EVEN || visemes[row + silence]! >= EVEN) continue;
    const at = frame * ARTICULATOR_COUNT + CLOSE;
    articulation[at] = Math.min(articulation[at]!, parted);
  }
}

/** Closes the mouth where nobody speaks: noise and music must not open it. In place. */
export function gateMouth(visemes: Float32Array, articulation: Float32Array, voice: Float32Array): void {
  const rest = PHONE_SHAPES.get('sil')!.target;
  const silence = visemeIndex('sil');
  for (let frame = 0; frame < voice.length; frame += 1) {
    const open = smoothStepBetween(NONE, FULL, voice[frame]!);
    if (open === 1) continue;
    const shape = frame * ARTICULATOR_COUNT;
    for (let k = 0; k < ARTICULATOR_COUNT; k += 1)
      articulation[shape + k] = rest[k]! + (articulation[shape + k]! - rest[k]!) * open;
    const row = frame * VISEME_COUNT;
    for (let k = 0; k < VISEME_COUNT; k += 1) visemes[row + k]! *= open;
    visemes[row + silence]! += 1 - open;
  }
}
