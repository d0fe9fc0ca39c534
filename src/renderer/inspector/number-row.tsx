import { useRef } from 'react';
import type { EditRequest } from '../../core/document/edit.ts';
import type { NumberSpec } from '../../core/document/effect-kinds.ts';
import { type Effect, parameterOf } from '../../core/document/effect-schema.ts';
import { type NumberKey, type NumberParameter, valueAt } from '../../core/document/parameter.ts';
import { beginGesture, edit, type Gesture } from '../state/editing.ts';
import { frameOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { KeyButtons } from './key-buttons.tsx';
import { NumberField } from './number-field.tsx';

/** Media frame of a clip at the playhead, or its first one. */
export function useMediaFrame(clipId: string): number {
  return useStudio(({ project, sequence, frame }) => {
    if (!project || sequence === null) return 0;
    return frameOf(project, sequence, frame).layers.find(({ clip }) => clip.id === clipId)?.mediaFrame ?? 0;
  });
}

/** A number of an effect: a slider whose drag is one undo step, a field to type in, keys. */
export function NumberRow({
  effect,
  name,
  spec,
  mirror,
  shown = spec.label,
}: {
  effect: Effect;
  name: string;
  spec: NumberSpec;
  mirror?: string | undefined;
  /** What stands beside the slider where the whole label would say again what stands above. */
  shown?: string;
}) {
  const frame = useMediaFrame(effect.clip);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  // Not state: several moves may come before the next render, and all belong to one gesture.
  const gesture = useRef<Promise<Gesture | undefined>>(undefined);
  const parameter = parameterOf(effect, name) as NumberParameter | undefined;
  const value = parameter ? valueAt(parameter, frame) : spec.initial;
  const keys = parameter?.kind === 'keyed' ? parameter.keys : [];
  const here = keys.find((key) => key.frame === frame);
  const names = mirror === undefined ? [name] : [name, mirror];
  const title = `Set ${spec.label.toLowerCase()}`;
  // A key that is there keeps how it bends.
  const keyOf = (next: number): NumberKey => ({
    ...(here ?? { frame, interpolation: 'bezier', out: null, in: null }),
    value: next,
  });
  const editsFor = (next: number): EditRequest[] =>
    names.map((one) =>
      keys.length > 0
        ? { edit: 'setKey', args: { effect: effect.id, parameter: one, key: keyOf(next) } }
        : {
            edit: 'setParameter',
            args: { effect: effect.id, parameter: one, value: { kind: 'constant', value: next } },
          },
    );
  const change = (next: number): void => {
    gesture.current ??= beginGesture(title);
    const edits = editsFor(next);
    void gesture.current.then((running) => running?.update(edits));
  };
  const finish = (): void => {
    void gesture.current?.then((running) => running?.finish());
    gesture.current = undefined;
  };
  const toggleKey = (): void =>
    void edit(
      names.map(
        (one): EditRequest =>
          here
            ? { edit: 'deleteKey', args: { effect: effect.id, parameter: one, frame } }
            : { edit: 'setKey', args: { effect: effect.id, parameter: one, key: keyOf(value) } },
      ),
      `${here ? 'Delete key of' : 'Key'} ${spec.label.toLowerCase()}`,
    );
  const reset = (): void =>
    void edit(
      names.map((one) => ({
        edit: 'setParameter' as const,
        args: { effect: effect.id, parameter: one, value: { kind: 'constant' as const, value: spec.initial } },
      })),
      `Reset ${spec.label.toLowerCase()}`,
    );
  return (
    <div className={parameter === undefined ? 'number-row unset' : 'number-row'}>
      <label>
        <span title={spec.label}>{shown}</span>
        <input
          type="range"
          aria-label={spec.label}
          min={spec.min}
          max={spec.max}
          step={0.01}
          value={value}
          disabled={readOnly}
          onChange={({ target }) => change(Number(target.value))}
          onPointerUp={finish}
          onKeyUp={finish}
          onBlur={finish}
          onDoubleClick={reset}
        />
      </label>
      <NumberField
        label={spec.label}
        value={value}
        min={spec.min}
        max={spec.max}
        disabled={readOnly}
        onTake={(next) => void edit(editsFor(next), title)}
      />
      <KeyButtons
        clip={effect.clip}
        label={spec.label}
        keys={keys}
        frame={frame}
        disabled={readOnly}
        onToggle={toggleKey}
      />
      <button
        type="button"
        className="quiet"
        aria-label={`Reset ${spec.label}`}
        title="Reset"
        disabled={readOnly || parameter === undefined}
        onClick={reset}
      >
        {'\u21ba'}
      </button>
    </div>
  );
}
