import type { Result } from '../../contract/results.ts';
import { probe } from '../../engine/services/probe-service.ts';
import type { CommandModule } from '../command-module.ts';
import { formatBytes, formatRateText, formatSeconds, table } from '../format/text.ts';

function videoRows(video: NonNullable<Result<'probe'>['video']>): [string, string][] {
  const pixels = `${video.codec}, ${video.pixelFormat}, ${video.bitDepth} bit, ${video.matrix} ${video.range}`;
  return [
    ['picture', `${video.width} x ${video.height}`],
    ['rate', `${formatRateText(video.rate)}${video.variableRate ? ', variable' : ''}`],
    ['frames', `${video.frames}${video.framesExact ? '' : ' (as far as the file can be read)'}`],
    ['video', pixels],
    ...(video.timecode === null ? [] : [['timecode', video.timecode] as [string, string]]),
  ];
}

const command: CommandModule<'probe'> = {
  run: ([clip], _values, context) => probe(clip!, context),
  print: (result) => {
    const sound = result.audio.map((track) => `${track.codec}, ${track.sampleRate} Hz, ${track.layout}`);
    return table([
      ['file', result.path],
      ['container', `${result.container}, ${formatBytes(result.bytes)}, ${formatSeconds(result.seconds)}`],
      ...(result.video ? videoRows(result.video) : [['picture', 'none'] as [string, string]]),
      ['sound', sound.join('; ') || 'none'],
      ...(result.edited ? [['edited', 'yes, by Retake; "retake report" shows how'] as [string, string]] : []),
      ...result.notes.map((note) => ['note', note] as [string, string]),
    ]);
  },
};

export const { run, print } = command;
