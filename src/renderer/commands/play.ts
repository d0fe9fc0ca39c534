import { layOut } from '../../core/document/query.ts';
import { edit } from '../state/editing.ts';
import { currentSequence, lengthOf, seek } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { hasSequence, isWritable, type StudioCommand } from './command.ts';

const get = useStudio.getState;
const set = useStudio.setState;

/** First and last frames of clips, for jumping from cut to cut. */
function cuts(): number[] {
  const { project } = get();
  const sequence = currentSequence(get());
  if (!project || !sequence) return [];
  const all = sequence.tracks.flatMap((id) =>
    layOut(project, project.tracks[id]!).flatMap(({ start, end }) => [start, end]),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

const canEdit = (): boolean => isWritable() && hasSequence();

/** Sets one point and leaves the other, which may have been set a moment ago, unless they would cross: then it goes. */
function setPoint(which: 'inPoint' | 'outPoint'): void {
  const sequence = currentSequence(get());
  if (!sequence) return;
  const { frame } = get();
  const { inPoint, outPoint } = sequence;
  const args =
    which === 'inPoint'
      ? { inPoint: frame, ...(outPoint !== null && frame >= outPoint && { outPoint: null }) }
      : { outPoint: frame + 1, ...(inPoint !== null && frame < inPoint && { inPoint: null }) };
  void edit([{ edit: 'setInOut', args: { sequence: sequence.id, ...args } }]);
}

const FASTEST = 8;

/** Plays in a direction; while it does, twice as fast. */
function shuttle(direction: 1 | -1): void {
  const { playing, speed } = get();
  const faster = playing && Math.sign(speed) === direction ? Math.min(FASTEST, Math.abs(speed) * 2) : 1;
  set({ playing: true, speed: direction * faster });
}

/** The playhead, in and out, markers. */
export const PLAY_COMMANDS: readonly StudioCommand[] = [
  {
    id: 'play',
    label: 'Play or stop',
    keys: ['Space'],
    run: () => set(({ playing }) => ({ playing: !playing, speed: 1 })),
    enabled: hasSequence,
  },
  {
    id: 'shuttle.back',
    label: 'Play backwards, faster each time',
    keys: ['J'],
    run: () => shuttle(-1),
    enabled: hasSequence,
  },
  {
    id: 'shuttle.forward',
    label: 'Play forwards, faster each time',
    keys: ['L'],
    run: () => shuttle(1),
    enabled: hasSequence,
  },
  { id: 'stop', label: 'Stop', keys: ['K'], run: () => set({ playing: false }), enabled: hasSequence },
  {
    id: 'loop',
    label: 'Loop between in and out',
    keys: ['Mod+L'],
    run: () => set(({ loop }) => ({ loop: !loop })),
    enabled: hasSequence,
  },
  {
    id: 'step.back',
    label: 'One frame back',
    keys: ['ArrowLeft', ','],
    run: () => seek(get().frame - 1),
    enabled: hasSequence,
  },
  {
    id: 'step.forward',
    label: 'One frame forward',
    keys: ['ArrowRight', '.'],
    run: () => seek(get().frame + 1),
    enabled: hasSequence,
  },
  {
    id: 'second.back',
    label: 'Ten frames back',
    keys: ['Shift+ArrowLeft'],
    run: () => seek(get().frame - 10),
    enabled: hasSequence,
  },
  {
    id: 'second.forward',
    label: 'Ten frames forward',
    keys: ['Shift+ArrowRight'],
    run: () => seek(get().frame + 10),
    enabled: hasSequence,
  },
  {
    id: 'cut.previous',
    label: 'Previous cut',
    keys: ['ArrowUp'],
    run: () => seek(cuts().findLast((at) => at < get().frame) ?? 0),
    enabled: hasSequence,
  },
  {
    id: 'cut.next',
    label: 'Next cut',
    keys: ['ArrowDown'],
    run: () => seek(cuts().find((at) => at > get().frame) ?? lengthOf(get()) - 1),
    enabled: hasSequence,
  },
  { id: 'start', label: 'Go to the start', keys: ['Home'], run: () => seek(0), enabled: hasSequence },
  { id: 'end', label: 'Go to the end', keys: ['End'], run: () => seek(lengthOf(get()) - 1), enabled: hasSequence },
  { id: 'in', label: 'Set in point', keys: ['I'], run: () => setPoint('inPoint'), enabled: canEdit },
  { id: 'out', label: 'Set out point', keys: ['O'], run: () => setPoint('outPoint'), enabled: canEdit },
  {
    id: 'marker',
    label: 'Add marker',
    keys: ['M'],
    run: () => {
      const sequence = currentSequence(get());
      if (sequence)
        void edit([
          {
            edit: 'addMarker',
            args: { owner: { table: 'sequences', id: sequence.id }, marker: { frame: get().frame } },
          },
        ]);
    },
    enabled: canEdit,
  },
];
