import { SPEECH_RATE_HZ, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import type { AlignedPhone } from './align-protocol.ts';

/** A closure in which the network sees none of p, b, m (their share, within so many frames) belongs to a wrong word. */
const LEAST_CLOSURE = 0.07;
const CLOSURE_SLACK = 4;
/** A closure that lasts this many frames at this share is there, whatever the words say; none of theirs may be so near. */
const SURE_CLOSURE = 0.97;
const SURE_FRAMES = 4;
const CLOSED = new Set(['p', 'b', 'm']);
const BILABIAL = visemeIndex('PP');

const frameOf = (seconds: number): number => Math.round(seconds * SPEECH_RATE_HZ);

/** Sounds without closures that the network does not hear; the sound before lasts as long. */
export function withoutFalseClosures(phones: readonly AlignedPhone[], visemes: Float32Array): AlignedPhone[] {
  const out: AlignedPhone[] = [];
  for (const phone of phones) {
    const before = out.at(-1);
    if (!CLOSED.has(phone.symbol) || before === undefined) {
      out.push(phone);
      continue;
    }
    const first = Math.max(0, frameOf(phone.start) - CLOSURE_SLACK);
    const until = Math.min(visemes.length / VISEME_COUNT, frameOf(phone.end) + CLOSURE_SLACK);
    let most = 0;
    for (let frame = first; frame < until; frame += 1) most = Math.max(most, visemes[frame * VISEME_COUNT + BILABIAL]!);
    if (most >= LEAST_CLOSURE) out.push(phone);
    else out[out.length - 1] = { ...before, end: phone.end };
  }
  return out;
}

/** Stretches of frames in which the network is sure of p, b, m. */
function sureClosures(visemes: Float32Array): [first: number, until: number][] {
  const out: [number, number][] = [];
  const frames = visemes.length / VISEME_COUNT;
  for (let frame = 0; frame < frames; frame += 1) {
    const first = frame;
    while (frame < frames && visemes[frame * VISEME_COUNT + BILABIAL]! > SURE_CLOSURE) frame += 1;
    if (frame - first >= SURE_FRAMES) out.push([first, frame]);
  }
  return out;
}

/**
 * Sounds with the closures that the network is sure of and that the words do not have: a word that sounds nearly alike
 * was taken for what was said. `visemes` are smoothed. What sounds beside a new closure gives way to it.
 */
export function withSureClosures(phones: readonly AlignedPhone[], visemes: Float32Array): AlignedPhone[] {
  let out = phones.slice();
  for (const [first, until] of sureClosures(visemes)) {
    const [start, end] = [first / SPEECH_RATE_HZ, until / SPEECH_RATE_HZ];
    const touching = (slack: number): AlignedPhone[] =>
      out.filter((phone) => phone.start < end + slack && phone.end > start - slack);
    const touched = touching(0);
    if (touched.length === 0 || touching(CLOSURE_SLACK / SPEECH_RATE_HZ).some(({ symbol }) => CLOSED.has(symbol)))
      continue;
    out = out.flatMap((phone) => {
      if (!touched.includes(phone)) return [phone];
      const parts: AlignedPhone[] = [];
      if (phone.start < start) parts.push({ ...phone, end: start });
      if (phone === touched[0]) parts.push({ symbol: 'b', start, end, word: phone.word });
      if (phone.end > end) parts.push({ ...phone, start: end });
      return parts;
    });
  }
  return out;
}
