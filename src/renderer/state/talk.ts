import { edit } from './editing.ts';
import { useStudio } from './studio.ts';

/** A saved style for the talking-head effect that is selected. */
export async function takeStyle(path: string): Promise<void> {
  const { project, selection } = useStudio.getState();
  const effect = selection.find((id) => project?.effects[id]?.kind === 'talking-head');
  if (effect === undefined) return;
  const settings = { style: null, rules: null, styleFile: path };
  await edit([{ edit: 'setEffect', args: { effect, settings } }], 'Set the style');
}
