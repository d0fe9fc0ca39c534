import { useState } from 'react';
import { type NumberSpec, parameterSpec } from '../../core/document/effect-kinds.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import { SHAPE_NAMES } from '../../core/performance.ts';
import { edit } from '../state/editing.ts';
import { ActorChoice, EffectHead } from './effect-head.tsx';
import { NumberRow } from './number-row.tsx';

/** Regions of the face, by the word that the names of their units begin with. */
const REGIONS = { brow: 'Brows', eye: 'Eyes', cheek: 'Cheeks', nose: 'Nose', jaw: 'Jaw', mouth: 'Mouth' } as const;

/** A label without the region that it stands under: `Smile left`. */
function shortLabel(label: string): string {
  const words = label.replace(/^\S+ /, '');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every unit that was set goes back to 0, in one step. */
async function resetUnits(effect: Effect): Promise<void> {
  await edit(
    Object.keys(effect.parameters).map((parameter) => ({
      edit: 'setParameter' as const,
      args: { effect: effect.id, parameter, value: { kind: 'constant' as const, value: 0 } },
    })),
    'Reset action units',
  );
}

/** The 52 units by region of the face; left and right together unless unlinked. */
export function UnitsEffect({ effect }: { effect: Effect }) {
  const [linked, setLinked] = useState(true);
  return (
    <section className="effect">
      <EffectHead effect={effect} />
      <div className="inline-bar">
        <label className="inline">
          <input type="checkbox" checked={linked} onChange={({ target }) => setLinked(target.checked)} />
          Left and right together
        </label>
        <span className="spacer" />
        <button
          type="button"
          disabled={Object.keys(effect.parameters).length === 0}
          title="Every unit back to nothing"
          onClick={() => void resetUnits(effect)}
        >
          Reset all
        </button>
      </div>
      <ActorChoice effect={effect} />
      {Object.entries(REGIONS).map(([start, region]) => (
        <details
          key={region}
          open={SHAPE_NAMES.some((name) => name.startsWith(start) && Object.hasOwn(effect.parameters, name))}
        >
          <summary>{region}</summary>
          {SHAPE_NAMES.filter((name) => name.startsWith(start)).map((name) => {
            const spec = parameterSpec('action-units', name) as NumberSpec | undefined;
            const sided =
              linked && name.endsWith('Right') && SHAPE_NAMES.includes(name.replace(/Right$/, 'Left') as never);
            if (!spec || (sided && !['jawRight', 'mouthRight'].includes(name))) return null;
            const other = name.replace(/Left$/, 'Right');
            const mirror = linked && other !== name && !['jawLeft', 'mouthLeft'].includes(name) ? other : undefined;
            const label = mirror ? spec.label.replace(/ left$/, '') : spec.label;
            return (
              <NumberRow
                key={name}
                effect={effect}
                name={name}
                mirror={mirror}
                spec={{ ...spec, label }}
                shown={shortLabel(label)}
              />
            );
          })}
        </details>
      ))}
    </section>
  );
}
