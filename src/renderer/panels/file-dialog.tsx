import { useCallback, useEffect, useState } from 'react';
import { MEDIA_NAME } from '../state/media-names.ts';
import { createProject, importMedia, openProject, relink } from '../state/session.ts';
import { ask, type FilePurpose, useStudio } from '../state/studio.ts';
import { takeStyle } from '../state/talk.ts';
import { closeDialog, Dialog } from './dialog.tsx';

type Entry = { readonly name: string; readonly path: string; readonly kind: 'folder' | 'file' };
type Listing = { readonly path: string; readonly parent: string | null; readonly entries: readonly Entry[] };

const TITLES = {
  import: 'Import media',
  open: 'Open project',
  create: 'New project',
  relink: 'Relink to another file',
  style: 'Saved style',
} as const;
const DONE = { import: 'Import', open: 'Open', create: 'Create here', relink: 'Relink', style: 'Use' } as const;

/** Files of the machine that the engine runs on: a browser does not know their paths. */
export function FileDialog({ purpose }: { purpose: FilePurpose }) {
  const [listing, setListing] = useState<Listing>();
  const [roots, setRoots] = useState<readonly { name: string; path: string }[]>([]);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [name, setName] = useState('Untitled');
  const client = useStudio((state) => state.client);
  const wanted = useStudio(({ project, selectedMedia }) => project?.media[selectedMedia ?? '']);
  const takesMedia = purpose === 'import' || purpose === 'relink';
  const go = useCallback(async (path: string) => {
    const found = await ask((engine) => engine.files.list({ path }));
    if (!found) return;
    setListing(found as Listing);
    setChosen([]);
    localStorage.setItem('folder', path);
  }, []);
  useEffect(() => {
    if (!client) return;
    void ask((engine) => engine.files.roots()).then((found) => {
      if (!found) return;
      setRoots(found);
      const first = localStorage.getItem('folder') ?? found[0]?.path;
      if (first !== undefined) void go(first);
    });
  }, [client, go]);
  const fits = ({ kind, name: file }: Entry): boolean =>
    kind === 'folder' ||
    (takesMedia ? MEDIA_NAME.test(file) : file.endsWith(purpose === 'style' ? '.json' : '.retake'));
  const separator = listing?.path.includes('\\') ? '\\' : '/';
  const finish = async (paths: readonly string[]): Promise<void> => {
    if (purpose === 'import') {
      closeDialog();
      await importMedia(paths);
    } else if (purpose === 'relink') {
      closeDialog();
      if (wanted) await relink(wanted.id, paths[0]!);
    } else if (purpose === 'style') {
      closeDialog();
      await takeStyle(paths[0]!);
    } else if (purpose === 'open') await openProject(paths[0]!);
    else if (listing) {
      const stem = name.trim() || 'Untitled';
      await createProject(`${listing.path.replace(/[\\/]$/, '')}${separator}${stem}.retake`, stem);
    }
  };
  const ready = purpose === 'create' ? name.trim() !== '' && listing !== undefined : chosen.length > 0;
  const open = (entry: Entry, add: boolean): void => {
    if (entry.kind === 'folder') void go(entry.path);
    else
      setChosen((old) =>
        purpose === 'import' && add ? [...old.filter((one) => one !== entry.path), entry.path] : [entry.path],
      );
  };
  return (
    <Dialog title={TITLES[purpose]} wide>
      <div className="file-dialog">
        <nav aria-label="Places">
          {roots.map(({ name: root, path }) => (
            <button key={path} type="button" className="quiet" onClick={() => void go(path)}>
              {root}
            </button>
          ))}
        </nav>
        <div className="file-list">
          <div className="path">
            <button
              type="button"
              disabled={!listing?.parent}
              onClick={() => listing?.parent && void go(listing.parent)}
              aria-label="Folder above"
            >
              {'\u2191'}
            </button>
            <span>
              <bdi>{listing?.path ?? 'Looking'}</bdi>
            </span>
          </div>
          <ul aria-label="Files">
            {listing?.entries.filter(fits).map((entry) => (
              <li key={entry.path}>
                <button
                  type="button"
                  aria-pressed={chosen.includes(entry.path)}
                  className={chosen.includes(entry.path) ? 'chosen' : ''}
                  onClick={({ ctrlKey, metaKey, shiftKey }) => open(entry, ctrlKey || metaKey || shiftKey)}
                  onDoubleClick={() => entry.kind === 'file' && purpose !== 'create' && void finish([entry.path])}
                >
                  <span className="kind">{entry.kind === 'folder' ? '\u25b8' : ''}</span>
                  {entry.name}
                </button>
              </li>
            ))}
            {listing && !listing.entries.some(fits) && <li className="muted empty">Nothing here that fits.</li>}
          </ul>
        </div>
      </div>
      <footer>
        {purpose === 'create' ? (
          <label className="grow">
            Name <input value={name} onChange={({ target }) => setName(target.value)} />
          </label>
        ) : (
          <span className="muted grow">
            {purpose === 'import' ? `${chosen.length} chosen; Ctrl adds further ones` : ''}
            {purpose === 'relink' && wanted ? `${wanted.name} was at ${wanted.path ?? 'no place'}` : ''}
          </span>
        )}
        {purpose === 'import' && listing && (
          <button type="button" onClick={() => void finish([listing.path])}>
            Import the whole folder
          </button>
        )}
        <button type="button" className="primary" disabled={!ready} onClick={() => void finish(chosen)}>
          {DONE[purpose]}
        </button>
      </footer>
    </Dialog>
  );
}
