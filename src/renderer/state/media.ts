import { selectMade } from './clips.ts';
import { edit } from './editing.ts';
import { currentSequence } from './queries.ts';
import { useStudio } from './studio.ts';

/** Type of a media item that is dragged from the media panel. */
export const MEDIA_DRAG = 'application/x-retake-media';

/** Where picture and sound of a media item go: on the track that was meant, else the first of each kind. */
function placements(media: string, track?: string): { track: string; media: string }[] {
  const { project } = useStudio.getState();
  const sequence = currentSequence(useStudio.getState());
  const item = project?.media[media];
  if (!project || !sequence || !item) return [];
  const own = sequence.tracks.map((id) => project.tracks[id]!);
  const of = (kind: 'video' | 'audio'): string | undefined =>
    own.find((one) => one.kind === kind && one.id === track)?.id ?? own.find((one) => one.kind === kind)?.id;
  const [picture, sound] = [of('video'), of('audio')];
  return [
    ...(item.hasVideo && picture ? [{ track: picture, media }] : []),
    ...(item.hasAudio && sound ? [{ track: sound, media }] : []),
  ];
}

/** Puts a media item behind everything on the timeline. */
export async function appendMedia(media: string): Promise<void> {
  const clips = placements(media);
  if (clips.length > 0) await edit([{ edit: 'append', args: { clips } }]);
}

/** Puts a media item on the timeline at a frame, over what is there, or (insert) moving it on. */
export async function placeMedia(media: string, at: number, track: string | undefined, insert: boolean): Promise<void> {
  const clips = placements(media, track);
  if (clips.length === 0) return;
  selectMade(await edit([{ edit: insert ? 'insert' : 'overwrite', args: { at, clips } }]));
}
