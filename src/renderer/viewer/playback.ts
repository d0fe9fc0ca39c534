import { useEffect } from 'react';
import { evaluateSound } from '../../core/document/evaluate.ts';
import type { Sequence } from '../../core/document/schema.ts';
import { toNumber } from '../../core/rational.ts';
import { currentSequence, lengthOf, seek } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';

/** The screen shows nothing that changes faster. */
const SHORTEST_MS = 8;

/** Frames [first, until) that are played: from in to out where it loops, else all. */
export function playedRange(
  state: Pick<ReturnType<typeof useStudio.getState>, 'project' | 'sequence' | 'loop'>,
  { inPoint, outPoint }: Sequence,
): [number, number] {
  const length = Math.max(1, lengthOf(state));
  return state.loop ? [Math.min(inPoint ?? 0, length - 1), Math.min(outPoint ?? length, length)] : [0, length];
}

/** Runs the playhead by the clock: frames that come late are left out rather than shown late. */
export function usePlayback(): void {
  const playing = useStudio((state) => state.playing);
  const speed = useStudio((state) => state.speed);
  useEffect(() => {
    if (!playing) return undefined;
    const state = useStudio.getState();
    const sequence = currentSequence(state);
    if (!sequence || !state.project) return undefined;
    const fps = toNumber(sequence.rate) * speed;
    const [first, until] = playedRange(state, sequence);
    const begin = speed > 0 ? first : until - 1;
    const over = speed > 0 ? state.frame >= until - 1 : state.frame <= first;
    let from = over || state.frame < first || state.frame >= until ? begin : state.frame;
    let started = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Sound that is sped up or runs backwards helps nobody to find a place by it.
    const sounds = speed === 1 ? startSound(from) : undefined;
    const tick = (): void => {
      const passed = ((performance.now() - started) / 1000) * fps;
      const frame = from + Math.floor(passed);
      if (frame >= until || frame < first) {
        if (!useStudio.getState().loop) {
          useStudio.setState({ playing: false, speed: 1, frame: speed > 0 ? until - 1 : first });
          return;
        }
        [from, started] = [begin, performance.now()];
        sounds?.restart(first);
      } else seek(frame);
      // When the next frame is due, and no oftener: a page that is drawn anew at the screen's rate costs twice as much.
      const next = (Math.floor(passed) + (fps > 0 ? 1 : 0) - passed) / fps;
      timer = setTimeout(tick, Math.max(SHORTEST_MS, next * 1000));
    };
    tick();
    return () => {
      clearTimeout(timer);
      sounds?.stop();
    };
  }, [playing, speed]);
}

/** Plays the sound clips of the sequence from a frame on. */
function startSound(from: number): { restart: (frame: number) => void; stop: () => void } {
  let elements: HTMLAudioElement[] = [];
  let timers: ReturnType<typeof setTimeout>[] = [];
  const stop = (): void => {
    for (const element of elements) {
      element.pause();
      // Gives the file back at once; else it is read on.
      element.removeAttribute('src');
      element.load();
    }
    for (const timer of timers) clearTimeout(timer);
    elements = [];
    timers = [];
  };
  const restart = (frame: number): void => {
    stop();
    const { project, sequence: id, sources } = useStudio.getState();
    const sequence = currentSequence(useStudio.getState());
    if (!project || !sequence || id === null) return;
    const fps = toNumber(sequence.rate);
    for (const span of evaluateSound(project, id, frame, lengthOf(useStudio.getState()))) {
      const source = sources[span.media.id]?.source;
      if (!source) continue;
      const element = new Audio(`/media/${source}/sound`);
      element.currentTime = Math.max(0, span.mediaSeconds);
      elements.push(element);
      timers.push(
        setTimeout(() => void element.play().catch(() => undefined), ((span.from - frame) / fps) * 1000),
        setTimeout(() => element.pause(), ((span.until - frame) / fps) * 1000),
      );
    }
  };
  restart(from);
  return { restart, stop };
}
