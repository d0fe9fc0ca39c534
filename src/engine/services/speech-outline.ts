import type { SpeechOutline, SpokenViseme } from '../../contract/speech-outline.ts';
import { type SpeechTrack, VISEME_COUNT, VISEMES } from '../../core/speech.ts';

/** The viseme that a frame shows most. */
function strongest({ visemes }: SpeechTrack, frame: number): number {
  let best = 0;
  for (let column = 1; column < VISEME_COUNT; column++)
    if (visemes[frame * VISEME_COUNT + column]! > visemes[frame * VISEME_COUNT + best]!) best = column;
  return best;
}

/** Runs of one viseme in a stretch that no sounds are known of. */
function runsIn(track: SpeechTrack, from: number, until: number): SpokenViseme[] {
  const runs: SpokenViseme[] = [];
  for (let frame = from, start = from; frame < until; frame++) {
    const here = strongest(track, frame);
    if (frame + 1 < until && strongest(track, frame + 1) === here) continue;
    const viseme = VISEMES[here]!;
    const [begin, end] = [start / track.rateHz, (frame + 1) / track.rateHz];
    if (viseme !== 'sil') runs.push({ start: begin, end, viseme, phone: null });
    start = frame + 1;
  }
  return runs;
}

/** What a speech track says, small enough for a lane: known sounds, and where there are none, what the network saw. */
export function outlineOf(track: SpeechTrack): SpeechOutline {
  const { phones, sources, phrases, seconds, source, notes } = track;
  const known = phones.filter(({ viseme }) => viseme !== 'sil');
  const seen = sources
    .filter((one) => one.source === 'network')
    .flatMap(({ start, end }) => {
      const [from, until] = [Math.round(start * track.rateHz), Math.min(track.frames, Math.round(end * track.rateHz))];
      return runsIn(track, from, until);
    });
  const visemes = [...known, ...seen].sort((a, b) => a.start - b.start);
  return { seconds, visemes, phrases, source, notes };
}
