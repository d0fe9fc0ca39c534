import { useEffect, useState } from 'react';
import { type NumberSpec, parameterSpec } from '../../core/document/effect-kinds.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import { floatsAt } from '../engine/captured.ts';
import { edit } from '../state/editing.ts';
import { ask, useStudio } from '../state/studio.ts';
import { ActorChoice, EffectHead } from './effect-head.tsx';
import { NumberField } from './number-field.tsx';
import { NumberRow, useMediaFrame } from './number-row.tsx';

type Deblur = Effect & { kind: 'deblur' };

/** Blur by media frame and how much of it is restored, two values a frame; null while it was not measured. */
function useBlur(media: string | undefined, shutterDegrees: number): Float32Array | null {
  const handle = useStudio(({ open }) => open?.handle);
  const performance = useStudio(
    ({ project }) => Object.values(project?.performances ?? {}).find((one) => one.media === media)?.id,
  );
  const measured = useStudio(
    ({ work }) =>
      Object.values(work).filter(({ kind, state, subject }) => kind === 'blur' && state === 'done' && subject === media)
        .length,
  );
  const [blur, setBlur] = useState<Float32Array | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was just measured is to be fetched
  useEffect(() => {
    let gone = false;
    setBlur(null);
    if (handle !== undefined && performance !== undefined)
      floatsAt(`/performance/${handle}/${performance}/blur/${shutterDegrees}`).then(
        (values) => gone || setBlur(values.length > 0 ? values : null),
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, [handle, performance, shutterDegrees, measured]);
  return blur;
}

/** Sharpness of the face over the media: tall is sharp, coloured is restored; the line is the playhead. */
function SharpnessLane({ blur, frame }: { blur: Float32Array; frame: number }) {
  const count = blur.length / 2;
  const restored = Array.from({ length: count }, (_, k) => blur[k * 2 + 1]!).filter((value) => value > 0).length;
  return (
    <figure className="sharpness-lane">
      <svg viewBox={`0 0 ${count} 1`} preserveAspectRatio="none" width="100%" height="36" role="img">
        <title>{`Sharpness: ${restored} of ${count} frames are restored`}</title>
        {Array.from({ length: count }, (_, k) => {
          const score = blur[k * 2]!;
          if (Number.isNaN(score)) return null;
          const tall = Math.max(0.06, 1 - score);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its frame
              key={k}
              x={k}
              y={1 - tall}
              width={1}
              height={tall}
              fill={blur[k * 2 + 1]! > 0 ? '#c9a34a' : '#5f7f5a'}
            />
          );
        })}
        <rect x={frame + 0.4} y={0} width={Math.max(0.2, count / 400)} height={1} fill="#e8e8ea" />
      </svg>
      <figcaption className="muted">{`${restored} of ${count} frames are restored`}</figcaption>
    </figure>
  );
}

/** Restores motion-blurred faces: how much, with how much help of sharper frames, and under which shutter. */
export function DeblurEffect({ effect }: { effect: Deblur }) {
  const frame = useMediaFrame(effect.clip);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const handle = useStudio(({ open }) => open?.handle);
  const media = useStudio(({ project }) => {
    const clip = project?.items[effect.clip];
    return clip?.type === 'clip' ? clip.media : undefined;
  });
  const { shutterDegrees } = effect.settings;
  const blur = useBlur(media, shutterDegrees);
  const running = useStudio(({ work }) =>
    Object.values(work).some(({ kind, state, subject }) => kind === 'blur' && state === 'running' && subject === media),
  );
  return (
    <section className="effect">
      <EffectHead effect={effect} />
      {blur ? (
        <SharpnessLane blur={blur} frame={frame} />
      ) : (
        <div className="hint">
          <span>The blur of this clip is not measured yet.</span>
          <button
            type="button"
            className="primary"
            disabled={running || handle === undefined || media === undefined}
            onClick={() => void ask((client) => client.work.blur({ handle: handle!, media: media!, shutterDegrees }))}
          >
            {running ? 'Measuring' : 'Measure blur'}
          </button>
        </div>
      )}
      {(['strength', 'detail'] as const).map((name) => (
        <NumberRow
          key={name}
          effect={effect}
          name={name}
          spec={parameterSpec('deblur', name) as NumberSpec}
          {...(name === 'detail' && { shown: 'Borrowed detail' })}
        />
      ))}
      <div
        className="number-row"
        title="Degrees of 360 a frame for which the shutter was open: where the search for the clip's own begins"
      >
        <span className="muted">Shutter angle</span>
        <NumberField
          label="Shutter angle"
          value={shutterDegrees}
          min={11}
          max={720}
          digits={Number.isInteger(shutterDegrees) ? 0 : 1}
          disabled={readOnly}
          onTake={(next) =>
            void edit(
              [{ edit: 'setEffect', args: { effect: effect.id, settings: { shutterDegrees: next } } }],
              'Set shutter angle',
            )
          }
        />
      </div>
      <label className="inline">
        <input
          type="checkbox"
          checked={!effect.enabled}
          onChange={({ target }) =>
            void edit([{ edit: 'setEffect', args: { effect: effect.id, enabled: !target.checked } }])
          }
        />
        Show before
      </label>
      <ActorChoice effect={effect} />
    </section>
  );
}
