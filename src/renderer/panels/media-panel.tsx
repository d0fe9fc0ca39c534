import { useState } from 'react';
import type { MediaItem } from '../../core/document/schema.ts';
import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { desktop } from '../engine/transport.ts';
import { edit } from '../state/editing.ts';
import { appendMedia, MEDIA_DRAG } from '../state/media.ts';
import { importMedia, track } from '../state/session.ts';
import { ask, notify, useStudio } from '../state/studio.ts';
import { openMenu } from './context-menu.tsx';
import { droppedFiles } from './dropped-files.ts';
import { ProgressLine, shownSeconds } from './progress-line.tsx';
import { shownBytes } from './shown-bytes.ts';

function Thumbnail({ media, source }: { media: MediaItem; source: string }) {
  const frames = media.availableRange?.duration.value ?? 1;
  const [share, setShare] = useState(0.3);
  // A dozen pictures are enough for hovering, and they stay in the cache.
  const frame = Math.min(frames - 1, Math.floor((Math.round(share * 12) / 12) * frames));
  return (
    <img
      className="thumbnail"
      alt=""
      src={`/media/${source}/thumbnail?frame=${Math.max(0, frame)}&width=192`}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        setShare((event.clientX - box.left) / box.width);
      }}
    />
  );
}

/** Names of formats as people write them; others as FFmpeg has them. */
const CODECS: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  prores: 'ProRes',
  dnxhd: 'DNxHR',
  ffv1: 'FFV1',
  mpeg4: 'MPEG-4',
  mpeg2video: 'MPEG-2',
  mpeg1video: 'MPEG-1',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  mjpeg: 'JPEG',
  png: 'PNG',
};

/** How a media item is coded, in a word, and all that is known of it; empty for items that were imported without. */
function formatOf({ metadata, hasVideo }: MediaItem): { readonly codec: string; readonly all: string } {
  const { format } = metadata;
  if (typeof format !== 'object' || format === null || Array.isArray(format)) return { codec: '', all: '' };
  const codec = String((hasVideo ? format['video'] : format['sound']) ?? '');
  const all = Object.values(format).filter((part) => part !== 'progressive' && part !== 'unknown');
  return { codec: CODECS[codec] ?? codec, all: all.join(', ') };
}

/** Size, rate, how it is coded, length, whether it is silent, and how large the file is. */
function MediaFacts({ media, bytes }: { media: MediaItem; bytes: number | null }) {
  const { availableRange, hasVideo, hasAudio, rate } = media;
  const picture = `${media.width}\u00d7${media.height}`;
  const { codec, all } = formatOf(media);
  const length = !availableRange
    ? 'Still'
    : hasVideo
      ? formatTimecode(availableRange.duration.value, rate)
      : shownSeconds(availableRange.duration.value / toNumber(availableRange.duration.rate));
  const facts = [
    length,
    codec,
    hasVideo && !hasAudio && availableRange ? 'silent' : '',
    bytes === null ? '' : shownBytes(bytes),
  ];
  return (
    <>
      <span className="muted numbers">
        {!hasVideo ? 'Sound' : availableRange ? `${picture}  ${Number(toNumber(rate).toFixed(3))} fps` : picture}
      </span>
      <span className="muted numbers" title={all}>
        {facts.filter((fact) => fact !== '').join('  ')}
      </span>
    </>
  );
}

function MediaRow({ media }: { media: MediaItem }) {
  const source = useStudio(({ sources }) => sources[media.id]);
  const tracked = useStudio(({ project }) =>
    Object.values(project?.performances ?? {}).some((one) => one.media === media.id),
  );
  const work = useStudio((state) =>
    Object.values(state.work).find(
      (one) => one.kind === 'track' && one.subject === media.id && one.state === 'running',
    ),
  );
  const chosen = useStudio(({ selectedMedia }) => selectedMedia === media.id);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const append = (): void => void appendMedia(media.id);
  const find = (): void => useStudio.setState({ selectedMedia: media.id, dialog: 'relink' });
  const menu = (event: React.MouseEvent): void => {
    event.preventDefault();
    useStudio.setState({ selectedMedia: media.id });
    openMenu(event.clientX, event.clientY, [
      { label: 'Add to the end of the timeline', run: append, disabled: readOnly },
      { label: 'Track faces', run: () => void track(media.id), disabled: readOnly || !media.hasVideo || tracked },
      'rule',
      { label: 'Relink to another file', run: find, disabled: readOnly },
      {
        label: 'Remove from the project',
        disabled: readOnly,
        run: () => void edit([{ edit: 'removeMedia', args: { media: [media.id] } }]),
      },
    ]);
  };
  return (
    <li className={chosen ? 'media-row chosen' : 'media-row'}>
      <button
        type="button"
        className="media-card"
        onClick={() => useStudio.setState({ selectedMedia: media.id })}
        onDoubleClick={append}
        onContextMenu={menu}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(MEDIA_DRAG, media.id);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        title="Drag it to the timeline; double-click puts it at its end"
      >
        {source?.source && media.hasVideo ? (
          <Thumbnail media={media} source={source.source} />
        ) : (
          <span className="thumbnail none" />
        )}
        <span className="media-words">
          <strong>{media.name}</strong>
          <MediaFacts media={media} bytes={source?.state === 'online' ? source.bytes : null} />
          {source && source.state !== 'online' && (
            <span className="warn">{source.state === 'missing' ? 'File is missing' : 'File was changed'}</span>
          )}
        </span>
      </button>
      {source && source.state !== 'online' && (
        <div className="media-actions">
          <button type="button" className="primary" disabled={readOnly} onClick={find}>
            Relink
          </button>
        </div>
      )}
      {work ? (
        <ProgressLine work={work} />
      ) : (
        media.hasVideo && (
          <div className="media-actions">
            {tracked ? (
              <span className="good">Tracked</span>
            ) : (
              <button type="button" disabled={readOnly} onClick={() => void track(media.id)}>
                Track faces
              </button>
            )}
            <button type="button" className="quiet" disabled={readOnly} onClick={append}>
              Add to timeline
            </button>
          </div>
        )
      )}
    </li>
  );
}

/** The project's media: import, look, track. */
export function MediaPanel() {
  const media = useStudio(({ project }) => project?.media);
  const open = useStudio((state) => state.open);
  const [over, setOver] = useState(false);
  const items = Object.values(media ?? {});
  const drop = async (dropped: DataTransfer): Promise<void> => {
    if (!open) return;
    if (desktop) {
      await importMedia(desktop.pathsOf([...dropped.files])); // the engine reads them where they are
      return;
    }
    const files = await droppedFiles(dropped.items);
    if (files.length === 0) notify('error', 'There is no video, picture or sound in what was dropped.');
    const paths: string[] = [];
    for (const file of files) {
      const answer = await ask(async () => {
        const sent = await fetch(`/upload/${open.handle}/${encodeURIComponent(file.name)}`, {
          method: 'PUT',
          body: file,
        });
        if (!sent.ok) throw new Error(`${file.name} could not be taken in: ${await sent.text()}`);
        return (await sent.json()) as { path: string };
      });
      if (answer) paths.push(answer.path);
    }
    if (paths.length > 0) await importMedia(paths);
  };
  return (
    <section
      className={over ? 'media-panel over' : 'media-panel'}
      aria-label="Media, drop files here"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer.files.length > 0) void drop(event.dataTransfer);
      }}
    >
      {items.length === 0 ? (
        <div className="empty-state">
          <p>Bring in the footage: drop files here, or</p>
          <button type="button" className="primary" onClick={() => useStudio.setState({ dialog: 'import' })}>
            Import media
          </button>
        </div>
      ) : (
        <ul className="media-list">
          {items.map((item) => (
            <MediaRow key={item.id} media={item} />
          ))}
        </ul>
      )}
    </section>
  );
}
