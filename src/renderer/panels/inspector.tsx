import { useRef, useState } from 'react';
import { EMOTION_LABELS, type EmotionLabel } from '../../contract/emotion.ts';
import { type NumberSpec, parameterSpec } from '../../core/document/effect-kinds.ts';
import { type Effect, parameterOf } from '../../core/document/effect-schema.ts';
import { evaluateFrame } from '../../core/document/evaluate.ts';
import {
  type ChoiceParameter,
  choiceAt,
  keyIndexAt,
  type NumberParameter,
  valueAt,
} from '../../core/document/parameter.ts';
import { SHAPE_NAMES } from '../../core/performance.ts';
import { EMOTION_COLOURS } from '../emotions.ts';
import { beginGesture, edit, type Gesture, inspectedClip, track, useStudio } from '../state/studio.ts';

/** Media frame of a clip at the playhead, or its first one. */
function useMediaFrame(clipId: string): number {
  return useStudio(({ project, sequence, frame }) => {
    if (!project || sequence === null) return 0;
    return evaluateFrame(project, sequence, frame).layers.find(({ clip }) => clip.id === clipId)?.mediaFrame ?? 0;
  });
}

/** A number of an effect: a slider whose drag is one undo step, a field, keys. */
function NumberRow({
  effect,
  name,
  spec,
  mirror,
}: {
  effect: Effect;
  name: string;
  spec: NumberSpec;
  mirror?: string | undefined;
}) {
  const frame = useMediaFrame(effect.clip);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  // Not state: several moves may come before the next render, and all belong to one gesture.
  const gesture = useRef<Promise<Gesture | undefined>>(undefined);
  const parameter = parameterOf(effect, name) as NumberParameter | undefined;
  const value = parameter ? valueAt(parameter, frame) : spec.initial;
  const keys = parameter?.kind === 'keyed' ? parameter.keys : [];
  const here = keys[keyIndexAt(keys, frame)]?.frame === frame;
  const names = mirror === undefined ? [name] : [name, mirror];
  const editsFor = (next: number) =>
    names.map((one) =>
      keys.length > 0
        ? ({
            edit: 'setKey',
            args: {
              effect: effect.id,
              parameter: one,
              key: { frame, value: next, interpolation: 'linear', out: null, in: null },
            },
          } as const)
        : ({
            edit: 'setParameter',
            args: { effect: effect.id, parameter: one, value: { kind: 'constant', value: next } },
          } as const),
    );
  const change = (next: number): void => {
    gesture.current ??= beginGesture(`Set ${spec.label.toLowerCase()}`);
    const edits = editsFor(next);
    void gesture.current.then((running) => running?.update(edits));
  };
  const finish = (): void => {
    void gesture.current?.then((running) => running?.finish());
    gesture.current = undefined;
  };
  const toggleKey = (): void =>
    void edit(
      names.map((one) =>
        here
          ? { edit: 'deleteKey' as const, args: { effect: effect.id, parameter: one, frame } }
          : {
              edit: 'setKey' as const,
              args: {
                effect: effect.id,
                parameter: one,
                key: { frame, value, interpolation: 'linear' as const, out: null, in: null },
              },
            },
      ),
    );
  const reset = (): void =>
    void edit(
      names.map((one) => ({
        edit: 'setParameter' as const,
        args: { effect: effect.id, parameter: one, value: { kind: 'constant' as const, value: spec.initial } },
      })),
    );
  return (
    <div className={parameter === undefined ? 'number-row unset' : 'number-row'}>
      <label>
        <span>{spec.label}</span>
        <input
          type="range"
          min={spec.min}
          max={spec.max}
          step={0.01}
          value={value}
          disabled={readOnly}
          onChange={({ target }) => change(Number(target.value))}
          onPointerUp={finish}
          onKeyUp={finish}
          onBlur={finish}
        />
      </label>
      <output className="numbers">{value.toFixed(2)}</output>
      <button
        type="button"
        className={here ? 'key on' : 'key'}
        aria-pressed={here}
        aria-label={`Key ${spec.label} at the playhead`}
        title="Key at the playhead"
        disabled={readOnly}
        onClick={toggleKey}
      >
        {'\u25c6'}
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={`Reset ${spec.label}`}
        title="Reset"
        disabled={readOnly}
        onClick={reset}
      >
        {'\u21ba'}
      </button>
    </div>
  );
}

function EffectHead({ effect }: { effect: Effect }) {
  return (
    <header className="effect-head">
      <label className="inline">
        <input
          type="checkbox"
          checked={effect.enabled}
          onChange={({ target }) =>
            void edit([{ edit: 'setEffect', args: { effect: effect.id, enabled: target.checked } }])
          }
        />
        <strong>{effect.name}</strong>
      </label>
      <span className="muted numbers">
        {effect.range ? `${effect.range.start} to ${effect.range.start + effect.range.duration - 1}` : 'whole clip'}
      </span>
      <button
        type="button"
        className="quiet"
        aria-label={`Remove ${effect.name}`}
        onClick={() => void edit([{ edit: 'removeEffects', args: { effects: [effect.id] } }])}
      >
        {'\u00d7'}
      </button>
    </header>
  );
}

function ActorChoice({ effect }: { effect: Effect }) {
  const actors = useStudio(({ project }) => project?.actors);
  const list = Object.values(actors ?? {});
  if (list.length < 2) return null;
  return (
    <label className="row">
      Actor
      <select
        value={effect.actor ?? ''}
        onChange={({ target }) =>
          void edit([
            { edit: 'setEffect', args: { effect: effect.id, actor: target.value === '' ? null : target.value } },
          ])
        }
      >
        <option value="">Everybody</option>
        {list.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function EmotionEffect({ effect }: { effect: Effect & { kind: 'emotion' } }) {
  const frame = useMediaFrame(effect.clip);
  const label = choiceAt(parameterOf(effect, 'label') as ChoiceParameter, frame).from as EmotionLabel;
  return (
    <section className="effect" style={{ '--emotion': EMOTION_COLOURS[label] } as React.CSSProperties}>
      <EffectHead effect={effect} />
      <label className="row">
        Emotion
        <select
          value={label}
          onChange={({ target }) =>
            void edit([
              {
                edit: 'setParameter',
                args: { effect: effect.id, parameter: 'label', value: { kind: 'constant', value: target.value } },
              },
            ])
          }
        >
          {EMOTION_LABELS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {(['intensity', 'lipPreservation'] as const).map((name) => (
        <NumberRow key={name} effect={effect} name={name} spec={parameterSpec('emotion', name) as NumberSpec} />
      ))}
      <label className="row">
        Seed
        <input
          type="number"
          min={0}
          value={effect.settings.seed}
          onChange={({ target }) =>
            void edit([
              {
                edit: 'setEffect',
                args: { effect: effect.id, settings: { seed: Math.max(0, Math.round(Number(target.value) || 0)) } },
              },
            ])
          }
        />
      </label>
      <ActorChoice effect={effect} />
    </section>
  );
}

const REGIONS: readonly (readonly [string, (name: string) => boolean])[] = [
  ['Brows', (name) => name.startsWith('brow')],
  ['Eyes', (name) => name.startsWith('eye')],
  ['Cheeks and nose', (name) => name.startsWith('cheek') || name.startsWith('nose')],
  ['Jaw', (name) => name.startsWith('jaw')],
  ['Mouth', (name) => name.startsWith('mouth')],
];

function UnitsEffect({ effect }: { effect: Effect }) {
  const [linked, setLinked] = useState(true);
  return (
    <section className="effect">
      <EffectHead effect={effect} />
      <label className="inline">
        <input type="checkbox" checked={linked} onChange={({ target }) => setLinked(target.checked)} />
        Left and right together
      </label>
      <ActorChoice effect={effect} />
      {REGIONS.map(([region, belongs]) => (
        <details
          key={region}
          open={SHAPE_NAMES.some((name) => belongs(name) && Object.hasOwn(effect.parameters, name))}
        >
          <summary>{region}</summary>
          {SHAPE_NAMES.filter((name) => belongs(name)).map((name) => {
            const spec = parameterSpec('action-units', name) as NumberSpec | undefined;
            const sided =
              linked && name.endsWith('Right') && SHAPE_NAMES.includes(name.replace(/Right$/, 'Left') as never);
            if (!spec || (sided && !['jawRight', 'mouthRight'].includes(name))) return null;
            const other = name.replace(/Left$/, 'Right');
            const mirror = linked && other !== name && !['jawLeft', 'mouthLeft'].includes(name) ? other : undefined;
            return (
              <NumberRow
                key={name}
                effect={effect}
                name={name}
                mirror={mirror}
                spec={mirror ? { ...spec, label: spec.label.replace(/ left$/, '') } : spec}
              />
            );
          })}
        </details>
      ))}
    </section>
  );
}

/** What the selected clip's effects are, and their numbers. */
export function Inspector() {
  const clip = useStudio(inspectedClip);
  const project = useStudio((state) => state.project);
  const selection = useStudio((state) => state.selection);
  if (!clip || !project)
    return (
      <div className="empty-state">
        <p>Select a clip on the timeline to direct it.</p>
        <p className="muted">
          Drag an emotion from the row above the timeline onto its Direction lane, then set it here.
        </p>
      </div>
    );
  const media = project.media[clip.media];
  const tracked = Object.values(project.performances).some((one) => one.media === clip.media);
  const effects = clip.effects
    .map((id) => project.effects[id]!)
    .toSorted((a, b) => Number(selection.includes(b.id)) - Number(selection.includes(a.id)));
  const add = (kind: 'emotion' | 'action-units'): void =>
    void edit([{ edit: 'addEffect', args: { clips: [clip.id], kind } }]);
  return (
    <div className="inspector">
      <h3>{clip.name}</h3>
      {!tracked && (
        <div className="hint">
          <span>The faces of {media?.name} are not tracked yet.</span>
          <button type="button" className="primary" onClick={() => void track(clip.media)}>
            Track faces
          </button>
        </div>
      )}
      <div className="inspector-actions">
        <button type="button" onClick={() => add('emotion')}>
          Add emotion
        </button>
        <button type="button" onClick={() => add('action-units')}>
          Add action units
        </button>
      </div>
      {effects.map((effect) =>
        effect.kind === 'emotion' ? (
          <EmotionEffect key={effect.id} effect={effect} />
        ) : effect.kind === 'action-units' ? (
          <UnitsEffect key={effect.id} effect={effect} />
        ) : (
          <section key={effect.id} className="effect">
            <EffectHead effect={effect} />
            <p className="warn">This version keeps this effect but cannot render it.</p>
          </section>
        ),
      )}
    </div>
  );
}
