import { inspectedClip } from '../state/queries.ts';
import { closeProject, openSample, track } from '../state/session.ts';
import { useStudio } from '../state/studio.ts';
import { hasSequence, isOpen, type StudioCommand } from './command.ts';

const get = useStudio.getState;
const set = useStudio.setState;

/** Projects, media, export. */
export const PROJECT_COMMANDS: readonly StudioCommand[] = [
  { id: 'palette', label: 'Find a command', keys: ['Mod+K'], run: () => set({ dialog: 'palette' }) },
  { id: 'shortcuts', label: 'Choose shortcuts', keys: ['Mod+Alt+K'], run: () => set({ dialog: 'shortcuts' }) },
  { id: 'project.new', label: 'New project', keys: ['Mod+Alt+N'], run: () => set({ dialog: 'create' }) },
  { id: 'project.open', label: 'Open project', keys: ['Mod+O'], run: () => set({ dialog: 'open' }) },
  { id: 'project.sample', label: 'Open the sample project', keys: [], run: () => void openSample() },
  { id: 'project.close', label: 'Close project', keys: [], run: () => void closeProject(), enabled: isOpen },
  { id: 'media.import', label: 'Import media', keys: ['Mod+I'], run: () => set({ dialog: 'import' }), enabled: isOpen },
  {
    id: 'media.track',
    label: 'Track faces of the selected clip',
    keys: ['T'],
    run: () => {
      const clip = inspectedClip(get());
      if (clip) void track(clip.media);
    },
    enabled: () => inspectedClip(get()) !== undefined,
  },
  {
    id: 'export',
    label: 'Export sequence',
    keys: ['Mod+E'],
    run: () => set({ dialog: 'export' }),
    enabled: hasSequence,
  },
];
