import { EMOTION_LABELS } from '../../contract/emotion.ts';
import { commandOf, shownKeys } from '../commands.ts';
import type { MenuLine } from '../panels/context-menu.tsx';
import { withLinked } from '../state/clips.ts';
import { edit } from '../state/editing.ts';
import { currentSequence, seek } from '../state/queries.ts';
import { keysOf } from '../state/shortcuts.ts';
import { useStudio } from '../state/studio.ts';
import { addIntensityKey, type Ground } from './gestures.ts';
import { type Hit, intensityKeys } from './hit.ts';

/** A line for a command of the studio. */
export function lineOf(id: string): MenuLine {
  const { label, run, enabled, ...command } = commandOf(id);
  const keys = keysOf({ id, keys: command.keys });
  return { label, run, disabled: enabled?.() === false, ...(keys[0] ? { keys: shownKeys(keys[0]) } : {}) };
}

function directionLines(ground: Ground, { box, key }: Extract<Hit, { kind: 'direction' }>, frame: number, y: number) {
  const { effect } = box;
  const parameter = { effect: effect.id, parameter: 'intensity' };
  const lines: MenuLine[] = EMOTION_LABELS.map((label) => ({
    label: `Direct ${label}`,
    run: () =>
      void edit([
        {
          edit: 'setParameter',
          args: { effect: effect.id, parameter: 'label', value: { kind: 'constant', value: label } },
        },
      ]),
  }));
  lines.push('rule');
  if (key !== null)
    lines.push({
      label: 'Delete this key',
      run: () => void edit([{ edit: 'deleteKey', args: { ...parameter, frame: key } }]),
    });
  else lines.push({ label: 'Key intensity here', run: () => addIntensityKey(ground, box, frame, y) });
  lines.push(
    {
      label: 'Clear intensity keys',
      disabled: intensityKeys(box).length === 0,
      run: () => void edit([{ edit: 'clearKeys', args: { ...parameter, frame: intensityKeys(box)[0]!.frame } }]),
    },
    {
      label: effect.enabled ? 'Switch off' : 'Switch on',
      run: () => void edit([{ edit: 'setEffect', args: { effect: effect.id, enabled: !effect.enabled } }]),
    },
    {
      label: 'Delete this emotion',
      run: () => void edit([{ edit: 'removeEffects', args: { effects: [effect.id] } }]),
    },
  );
  return lines;
}

const CLIP_LINES = [
  ['cut', 'copy', 'paste', 'duplicate'],
  ['split', 'delete', 'delete.ripple', 'clip.enable', 'clip.link'],
  ['effects.copy', 'effects.paste'],
  ['media.track', 'media.depict', 'panel.mouth'],
] as const;

const EMPTY_LINES = [
  ['paste', 'select.all', 'marker'],
  ['in', 'out', 'inout.clear'],
  ['track.video', 'track.audio'],
  ['timeline.fit'],
] as const;

function grouped(groups: readonly (readonly string[])[]): MenuLine[] {
  return groups.flatMap((ids, index) => [...(index > 0 ? (['rule'] as const) : []), ...ids.map(lineOf)]);
}

/** The menu for what lies under the pointer; what it is about is selected first. */
export function timelineMenu(ground: Ground, hit: Hit, frame: number, y: number): MenuLine[] {
  if (hit.kind === 'direction') {
    useStudio.setState({ selection: [hit.box.effect.id, hit.box.clip.id] });
    return directionLines(ground, hit, frame, y);
  }
  if (hit.kind === 'clip') {
    const { id } = hit.box.clip;
    if (!useStudio.getState().selection.includes(id)) useStudio.setState({ selection: withLinked([id]) });
    return grouped(CLIP_LINES);
  }
  const marker = currentSequence(useStudio.getState())?.markers.find((one) => one.frame === Math.floor(frame));
  const lines = grouped(EMPTY_LINES);
  lines.unshift({ label: 'Put the playhead here', run: () => seek(Math.floor(frame)) }, 'rule');
  if (marker)
    lines.push({
      label: 'Delete this marker',
      run: () =>
        void edit([
          {
            edit: 'removeMarker',
            args: { owner: { table: 'sequences', id: ground.sequence.id }, marker: marker.id },
          },
        ]),
    });
  return lines;
}
