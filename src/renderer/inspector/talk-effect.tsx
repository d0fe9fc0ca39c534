import { useState } from 'react';
import { type NumberSpec, parameterSpec, TALKING_RULES } from '../../core/document/effect-kinds.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import type { MediaItem } from '../../core/document/schema.ts';
import { ProgressLine } from '../panels/progress-line.tsx';
import { edit } from '../state/editing.ts';
import { ask, useStudio } from '../state/studio.ts';
import { ActorChoice, EffectHead } from './effect-head.tsx';
import { NumberRow } from './number-row.tsx';
import { SeedRow } from './seed-row.tsx';

type Talk = Effect & { kind: 'talking-head' };
type Settings = Talk['settings'];

const change = (effect: Talk, settings: Partial<Settings>, label: string): void =>
  void edit([{ edit: 'setEffect', args: { effect: effect.id, settings } }], label);

/** Which recording is spoken: any media item with sound. */
function RecordingChoice({ effect, media }: { effect: Talk; media: readonly MediaItem[] }) {
  const spoken = media.filter(({ hasAudio }) => hasAudio);
  return (
    <label className="row">
      Recording
      <select
        value={effect.settings.speech?.media ?? ''}
        onChange={({ target }) =>
          change(
            effect,
            { speech: target.value === '' ? null : { media: target.value, range: null } },
            'Choose the recording',
          )
        }
      >
        <option value="">Choose what is spoken</option>
        {spoken.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The words of the recording, taken when the field is left. */
function Transcript({ effect }: { effect: Talk }) {
  const [typed, setTyped] = useState<string>();
  const take = (): void => {
    const text = typed?.trim();
    setTyped(undefined);
    if (text !== undefined && text !== (effect.settings.transcript ?? ''))
      change(effect, { transcript: text === '' ? null : text }, 'Set the transcript');
  };
  return (
    <label className="transcript">
      Transcript
      <textarea
        rows={3}
        placeholder="The words, if you have them: sounds are then known rather than guessed"
        value={typed ?? effect.settings.transcript ?? ''}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
      />
    </label>
  );
}

/** What stands for a style in the list: rules, a clip to learn from, or a saved file. */
function styleValue({ style, styleFile, rules }: Settings): string {
  if (style) return `clip:${style.media}`;
  return styleFile === null ? `rules:${rules ?? 'neutral'}` : 'file';
}

function StyleChoice({ effect, media }: { effect: Talk; media: readonly MediaItem[] }) {
  const { settings } = effect;
  const clips = media.filter(({ hasAudio, hasVideo }) => hasAudio && hasVideo);
  const none = { style: null, styleFile: null, rules: null };
  const take = (value: string): void => {
    const [kind, name] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
    if (value === 'browse') useStudio.setState({ dialog: 'style', selection: [effect.clip, effect.id] });
    else if (kind === 'clip') change(effect, { ...none, style: { media: name, range: null } }, 'Set the style');
    else if (kind === 'rules')
      change(effect, { ...none, rules: name as (typeof TALKING_RULES)[number] }, 'Set the style');
  };
  return (
    <label className="row" title="How it is spoken: by rules, as somebody in a clip does, or as a saved style says">
      Style
      <select value={styleValue(settings)} onChange={({ target }) => take(target.value)}>
        <optgroup label="Built in">
          {TALKING_RULES.map((name) => (
            <option key={name} value={`rules:${name}`}>
              {name}
            </option>
          ))}
        </optgroup>
        {clips.length > 0 && (
          <optgroup label="As in a clip">
            {clips.map(({ id, name }) => (
              <option key={id} value={`clip:${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label="Saved">
          {settings.styleFile !== null && <option value="file">{settings.styleFile.replace(/^.*[\\/]/, '')}</option>}
          <option value="browse">Choose a file</option>
        </optgroup>
      </select>
    </label>
  );
}

/** Whether the recording was listened to, and the way to do it. */
function Listening({ effect }: { effect: Talk }) {
  const handle = useStudio(({ open }) => open?.handle);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const work = useStudio((state) =>
    Object.values(state.work).findLast((one) => one.kind === 'listen' && one.subject === effect.id),
  );
  if (effect.settings.speech === null)
    return <p className="hint">Choose the recording that is spoken. Sound files are imported like films.</p>;
  if (work?.state === 'running') return <ProgressLine work={work} />;
  return (
    <div className="inline-bar">
      <span className="muted">
        {work?.state === 'done' ? `Heard ${Number(work.result?.['seconds']).toFixed(1)} s of speech` : ''}
      </span>
      <span className="spacer" />
      <button
        type="button"
        disabled={readOnly || handle === undefined}
        title="Finds the sounds of the recording and learns the style now, rather than when a frame first needs them"
        onClick={() => void ask((client) => client.work.listen({ handle: handle!, effect: effect.id }))}
      >
        Listen
      </button>
    </div>
  );
}

/** A portrait that speaks, or a filmed actor who is dubbed: what is said, in whose manner, how strongly. */
export function TalkEffect({ effect }: { effect: Talk }) {
  const project = useStudio((state) => state.project);
  const media = Object.values(project?.media ?? {});
  const clip = project?.items[effect.clip];
  const still = clip?.type === 'clip' && project?.media[clip.media]?.availableRange === null;
  return (
    <section className="effect">
      <EffectHead effect={effect} />
      <p className="muted">
        {still ? 'The portrait speaks.' : 'The actor is dubbed: mouth and jaw follow the recording.'}
      </p>
      <RecordingChoice effect={effect} media={media} />
      <Transcript key={effect.settings.transcript} effect={effect} />
      <Listening effect={effect} />
      <StyleChoice effect={effect} media={media} />
      {(still
        ? (['styleStrength', 'mouthGain', 'headMotion'] as const)
        : (['styleStrength', 'mouthGain'] as const)
      ).map((name) => (
        <NumberRow key={name} effect={effect} name={name} spec={parameterSpec('talking-head', name) as NumberSpec} />
      ))}
      <SeedRow effect={effect.id} seed={effect.settings.seed} />
      <ActorChoice effect={effect} />
    </section>
  );
}
