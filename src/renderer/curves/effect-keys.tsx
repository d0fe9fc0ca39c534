import { useState } from 'react';
import { EFFECT_KINDS, type NumberSpec, parameterSpec } from '../../core/document/effect-kinds.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import type { Clip } from '../../core/document/schema.ts';
import type { ClipPlace } from '../panels/clip-place.ts';
import { useStudio } from '../state/studio.ts';
import { KeyEditor } from './key-editor.tsx';

/** Numbers of an effect that can follow keys: all of an emotion, those that are set of action units. */
function numbersOf(effect: Effect): string[] {
  return Object.keys(EFFECT_KINDS[effect.kind].parameters).filter((name) => {
    const spec = parameterSpec(effect.kind, name);
    return spec?.type === 'number' && (!spec.optional || Object.hasOwn(effect.parameters, name));
  });
}

/** The curve editor of the clip's effects: which number, and its keys. */
export function EffectKeys({ clip, place, mediaFrame }: { clip: Clip; place: ClipPlace; mediaFrame: number }) {
  const project = useStudio((state) => state.project);
  const selection = useStudio((state) => state.selection);
  const [chosen, setChosen] = useState('');
  const effects = clip.effects.flatMap((id) => project?.effects[id] ?? []);
  const choices = effects.flatMap((effect) => numbersOf(effect).map((name) => ({ effect, name })));
  const selected = choices.filter(({ effect }) => selection.includes(effect.id));
  const now = choices.find(({ effect, name }) => `${effect.id} ${name}` === chosen) ?? selected[0] ?? choices[0];
  if (!now) return null;
  const spec = parameterSpec(now.effect.kind, now.name) as NumberSpec;
  return (
    <div className="curve">
      <select
        aria-label="Number to key"
        value={`${now.effect.id} ${now.name}`}
        onChange={({ target }) => setChosen(target.value)}
      >
        {choices.map(({ effect, name }) => (
          <option key={`${effect.id} ${name}`} value={`${effect.id} ${name}`}>
            {`${effect.name}: ${parameterSpec(effect.kind, name)?.label}`}
          </option>
        ))}
      </select>
      <KeyEditor
        key={`${now.effect.id} ${now.name}`}
        effect={now.effect}
        name={now.name}
        spec={spec}
        place={place}
        mediaFrame={mediaFrame}
      />
    </div>
  );
}
