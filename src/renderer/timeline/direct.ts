import type { EmotionLabel } from '../../contract/emotion.ts';
import { toNumber } from '../../core/rational.ts';
import { edit } from '../state/editing.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { layoutTimeline, mediaOrigin, toMediaFrames } from './layout.ts';

/** Seconds that an emotion dropped on the lane holds at first. */
const DROP_SECONDS = 2;

/** Puts an emotion on the clip at a frame: a stretch of two seconds around it, or what the clip has. */
export async function direct(label: EmotionLabel, at: number, intensity = 1, trackId?: string): Promise<void> {
  const { project } = useStudio.getState();
  const sequence = currentSequence(useStudio.getState());
  if (!project || !sequence) return;
  const box = layoutTimeline(project, sequence).clips.find(
    ({ track, start, end }) =>
      track.kind === 'video' && (trackId === undefined || track.id === trackId) && at >= start && at < end,
  );
  if (!box) return;
  const half = (DROP_SECONDS / 2) * toNumber(sequence.rate);
  const from = Math.max(box.start, Math.round(at - half));
  const until = Math.min(box.end, Math.round(at + half));
  const origin = mediaOrigin(project, box.clip, box.start, sequence.rate);
  const start = toMediaFrames(project, box.clip, from - origin, sequence.rate);
  const duration = Math.max(2, toMediaFrames(project, box.clip, until - from, sequence.rate));
  const change = await edit(
    [
      {
        edit: 'addEffect',
        args: {
          clips: [box.clip.id],
          kind: 'emotion',
          range: { start, duration },
          parameters: {
            label: { kind: 'constant', value: label },
            ...(intensity === 1 ? {} : { intensity: { kind: 'constant', value: intensity } }),
          },
        },
      },
    ],
    `Direct ${label}`,
  );
  const made = change?.created[0];
  if (made) useStudio.setState({ selection: [made, box.clip.id] });
}
