import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { type AudioFeed, CopyFeed, EncodeFeed } from './audio-feed.ts';
import { FileEncoder } from './file-encoder.ts';
import { PartialOutput } from './partial-output.ts';
import { type FilePreset, presetOf } from './presets.ts';
import { analyseMedia } from './probe.ts';
import { SequenceWriter } from './sequence-writer.ts';
import type { AudioReport, AudioRequest, VideoWriter, VideoWriterOptions } from './writer-types.ts';

/** Sound of an output: feeds in the order of its tracks. */
export interface AudioPlan {
  readonly feeds: AudioFeed[];
  readonly reports: AudioReport[];
  /** When each feed's clock reads 0, on the output's clock before it is shifted. */
  readonly offsets: number[];
}

/** What sound an output gets. Half a frame of slack decides whether a range is the whole clip. */
export async function planAudio(preset: FilePreset, request: AudioRequest, rate: Rational): Promise<AudioPlan> {
  const media = await analyseMedia(request.path);
  const slack = 0.5 / toNumber(rate);
  const videoEnd = media.track
    ? (media.track.index.endTick - media.track.index.ticks[0]!) * toNumber(media.track.timeBase)
    : media.info.durationSeconds;
  const from = request.fromSeconds ?? Number.NEGATIVE_INFINITY;
  const until = request.untilSeconds ?? Number.POSITIVE_INFINITY;
  const whole = from <= slack && until >= videoEnd - slack;
  const plan: AudioPlan = { feeds: [], reports: [], offsets: [] };
  for (const track of media.info.audio) {
    const copied = whole && preset.copiesAudio(track.codec);
    if (copied) {
      plan.feeds.push(await CopyFeed.open(media.input, track.streamIndex));
      plan.offsets.push(-media.originSeconds);
      plan.reports.push({ how: 'copied', codec: track.codec, reason: null });
      continue;
    }
    const start = Math.max(whole ? track.startSeconds : Math.max(0, from), track.startSeconds);
    const end = Math.min(
      whole ? Number.POSITIVE_INFINITY : until,
      track.durationSeconds > 0 ? track.startSeconds + track.durationSeconds : media.info.durationSeconds,
    );
    if (end <= start) continue;
    plan.feeds.push(
      await EncodeFeed.open(media.input, track.streamIndex, preset.audioEncoder, {
        fromSeconds: start + media.originSeconds,
        untilSeconds: end + media.originSeconds,
      }),
    );
    plan.offsets.push(whole ? start : start - Math.max(0, from));
    plan.reports.push({
      how: 'encoded',
      codec: preset.audioEncoder,
      reason: whole
        ? `${preset.muxer === 'matroska' ? 'Matroska' : preset.muxer.toUpperCase()} does not take ${track.codec}`
        : 'only a part of the clip is written',
    });
  }
  return plan;
}

/**
 * Starts an output. Throws `unknown-label` (preset), `output-unwritable`, `output-exists-as-input`, `disk-full`,
 * `media-unsupported` (no encoder for such pictures), and what `probeMedia` throws for the file of the sound.
 */
export async function createVideoWriter(path: string, options: VideoWriterOptions): Promise<VideoWriter> {
  throwIfCancelled(options.signal);
  const preset = presetOf(options.preset);
  if (!preset)
    throw new RetakeError('unknown-label', `There is no output preset "${options.preset}".`, {
      preset: options.preset,
    });
  const inputs = [...(options.inputs ?? []), ...(options.sourceForAudio ? [options.sourceForAudio.path] : [])];
  const output = await PartialOutput.create(path, { directory: preset.kind === 'sequence', inputs });
  try {
    if (preset.kind === 'sequence') return new SequenceWriter(output, preset, options);
    const audio = options.sourceForAudio
      ? await planAudio(preset, options.sourceForAudio, options.rate)
      : { feeds: [], reports: [], offsets: [] };
    return await FileEncoder.create(output, preset, options, audio.feeds, audio.offsets, audio.reports);
  } catch (error) {
    await output.discard();
    throw error;
  }
}
