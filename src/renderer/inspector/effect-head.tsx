import type { Effect } from '../../core/document/effect-schema.ts';
import { edit } from '../state/editing.ts';
import { useStudio } from '../state/studio.ts';

/** Name, switch and end of an effect. */
export function EffectHead({ effect }: { effect: Effect }) {
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

/** Whom an effect is for, where there are several. */
export function ActorChoice({ effect }: { effect: Effect }) {
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
