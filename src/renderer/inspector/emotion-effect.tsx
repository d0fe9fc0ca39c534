import { useRef } from 'react';
import { EMOTION_LABELS, type EmotionLabel } from '../../contract/emotion.ts';
import { type NumberSpec, parameterSpec } from '../../core/document/effect-kinds.ts';
import { type Effect, parameterOf } from '../../core/document/effect-schema.ts';
import { type ChoiceParameter, choiceAt, type NumberParameter, valueAt } from '../../core/document/parameter.ts';
import { EmotionWheel } from '../emotion-wheel.tsx';
import { EMOTION_COLOURS } from '../emotions.ts';
import { beginGesture, edit, type Gesture } from '../state/editing.ts';
import { useStudio } from '../state/studio.ts';
import { ActorChoice, EffectHead } from './effect-head.tsx';
import { NumberRow, useMediaFrame } from './number-row.tsx';
import { SeedRow } from './seed-row.tsx';

type Emotion = Effect & { kind: 'emotion' };

/** Label and, unless it is keyed, intensity on the plane of valence and arousal; a drag is one undo. */
function Wheel({ effect, frame, label }: { effect: Emotion; frame: number; label: EmotionLabel }) {
  const gesture = useRef<Promise<Gesture | undefined>>(undefined);
  const intensity = parameterOf(effect, 'intensity') as NumberParameter;
  const keyed = intensity.kind === 'keyed';
  return (
    <details>
      <summary>Valence and arousal</summary>
      <EmotionWheel
        label={label}
        intensity={valueAt(intensity, frame)}
        onChange={(next, strength) => {
          gesture.current ??= beginGesture('Direct emotion');
          const set = (parameter: string, value: string | number) =>
            ({
              edit: 'setParameter',
              args: { effect: effect.id, parameter, value: { kind: 'constant', value } },
            }) as never;
          const edits = [set('label', next), ...(keyed ? [] : [set('intensity', strength)])];
          void gesture.current.then((running) => running?.update(edits));
        }}
        onEnd={() => {
          void gesture.current?.then((running) => running?.finish());
          gesture.current = undefined;
        }}
      />
    </details>
  );
}

/** A clip whose manner is taken instead of the label's: any media item that was tracked. */
function ReferenceChoice({ effect }: { effect: Emotion }) {
  const project = useStudio((state) => state.project);
  const tracked = Object.values(project?.performances ?? {}).flatMap((one) => project?.media[one.media] ?? []);
  const { reference } = effect.settings;
  return (
    <label className="row" title="The manner of another tracked clip takes the place of the emotion">
      Reference
      <select
        value={reference?.media ?? ''}
        onChange={({ target }) =>
          void edit(
            [
              {
                edit: 'setEffect',
                args: {
                  effect: effect.id,
                  settings: { reference: target.value === '' ? null : { media: target.value, range: null } },
                },
              },
            ],
            'Set reference clip',
          )
        }
      >
        <option value="">None: by the emotion</option>
        {tracked.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** An emotion: which, how strong, after what reference, on whom. */
export function EmotionEffect({ effect }: { effect: Effect & { kind: 'emotion' } }) {
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
      <Wheel effect={effect} frame={frame} label={label} />
      {(['intensity', 'lipPreservation'] as const).map((name) => (
        <NumberRow key={name} effect={effect} name={name} spec={parameterSpec('emotion', name) as NumberSpec} />
      ))}
      <ReferenceChoice effect={effect} />
      <SeedRow effect={effect.id} seed={effect.settings.seed} />
      <ActorChoice effect={effect} />
    </section>
  );
}
