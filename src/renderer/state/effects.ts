import type { EffectKind } from '../../core/document/effect-kinds.ts';
import { edit } from './editing.ts';
import { inspectedClip } from './queries.ts';
import { useStudio } from './studio.ts';

/** Adds an effect to the selected clip and selects it: the inspector shows it first, and Delete takes it away again. */
export async function addEffect(kind: EffectKind): Promise<void> {
  const clip = inspectedClip(useStudio.getState());
  if (!clip) return;
  const change = await edit([{ edit: 'addEffect', args: { clips: [clip.id], kind } }]);
  const made = change?.created[0];
  if (made !== undefined) useStudio.setState({ selection: [made, clip.id] });
}
