import { track } from '../../engine/services/track-service.ts';
import type { CommandModule } from '../command-module.ts';
import { runsText } from '../format/runs.ts';
import { formatNumber, formatShare, table } from '../format/text.ts';

const command: CommandModule<'track'> = {
  run: ([clip], values, context) =>
    track(
      {
        clip: clip!,
        out: values.out,
        glb: values.glb,
        obj: values.obj,
        overlay: values.overlay,
        from: values.from,
        until: values.until,
      },
      context,
    ),
  print: (result) => {
    const { figures, timing } = result;
    const actors = result.actors.map((actor) => `${actor.name}: ${actor.frames} frames`);
    return table([
      ...result.outputs.map((output) => [output.kind, output.path] as const),
      ['actors', actors.join('; ') || 'no face was found'],
      ['shots', String(result.shots)],
      ['coverage', `${formatShare(figures['coverage'])} of the frames`],
      [
        'fit',
        `${formatNumber(figures['reprojectionPercent'])} % of the eye distance, lips ${formatNumber(figures['lipReprojectionPercent'])} %`,
      ],
      [
        'closed lips',
        `${formatShare(figures['closureAgreement'])} of ${figures['closedFrames']} frames closed in the mesh too`,
      ],
      [
        'still head',
        `jitter ${formatNumber(figures['jitterBeforePercent'])} % before, ${formatNumber(figures['jitterAfterPercent'])} % after smoothing`,
      ],
      ...runsText(result.runs),
      [
        'time',
        `${formatNumber(timing.seconds, 1)} s, ${formatNumber(timing.framesPerSecond, 1)} frames/s, on ${result.provider}`,
      ],
    ]);
  },
};

export const { run, print } = command;
