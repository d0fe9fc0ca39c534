import type { EffectKind } from '../../core/document/effect-kinds.ts';
import { DeblurEffect } from '../inspector/deblur-effect.tsx';
import { EmotionEffect } from '../inspector/emotion-effect.tsx';
import { TalkEffect } from '../inspector/talk-effect.tsx';
import { UnitsEffect } from '../inspector/units-effect.tsx';
import { addEffect } from '../state/effects.ts';
import { inspectedClip } from '../state/queries.ts';
import { track } from '../state/session.ts';
import { useStudio } from '../state/studio.ts';

/** Effects that can be added, by what editors call them. */
const ADDED: readonly (readonly [EffectKind, string])[] = [
  ['emotion', 'emotion'],
  ['action-units', 'action units'],
  ['deblur', 'deblur'],
  ['talking-head', 'dub'],
];

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
        {ADDED.map(([kind, label]) => {
          const name = kind === 'talking-head' && media?.availableRange === null ? 'speech' : label;
          return (
            <button
              key={kind}
              type="button"
              aria-label={`Add ${name}`}
              title={`Add ${name}`}
              onClick={() => void addEffect(kind)}
            >
              {`+ ${name}`}
            </button>
          );
        })}
      </div>
      {effects.map((effect) =>
        effect.kind === 'emotion' ? (
          <EmotionEffect key={effect.id} effect={effect} />
        ) : effect.kind === 'action-units' ? (
          <UnitsEffect key={effect.id} effect={effect} />
        ) : effect.kind === 'deblur' ? (
          <DeblurEffect key={effect.id} effect={effect} />
        ) : (
          <TalkEffect key={effect.id} effect={effect} />
        ),
      )}
    </div>
  );
}
