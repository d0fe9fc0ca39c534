import { throwIfCancelled } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import type { VideoSource } from '../media/index.ts';
import { fitBlur, type TrackBlur } from './blur-fit.ts';
import { TrackMeter } from './face-spectra.ts';
import { MotionMeter } from './registration.ts';
import { findShutter } from './shutter.ts';

/** How a clip is surveyed. */
export interface SurveyOptions {
  /** Degrees that the shutter was open, of 360 per frame: where the search for the clip's own begins. */
  readonly shutterDegrees: number;
  /** Whether the clip counts as blurred though its sharper frames do not prove it. */
  readonly assumeBlurred?: boolean;
  readonly from?: number;
  readonly until?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Blur of every track of a performance, in its order. */
export interface BlurSurvey {
  readonly tracks: readonly TrackBlur[];
}

/** Looks once at every frame of a range and finds which faces are blurred, how much, and by which motion. */
export async function surveyBlur(
  source: VideoSource,
  performance: Performance,
  options: SurveyOptions,
): Promise<BlurSurvey> {
  const { from = 0, until = source.frameCount, signal, onProgress } = options;
  const meters = performance.tracks.map((track) => ({
    spectra: new TrackMeter(track),
    motion: new MotionMeter(track),
  }));
  for await (const frame of source.frames(from, until)) {
    try {
      throwIfCancelled(signal);
      performance.tracks.forEach((track, index) => {
        const row = frame.index - track.firstFrame;
        if (row < 0 || row >= track.frameCount) return;
        meters[index]!.spectra.add(frame.picture, row);
        meters[index]!.motion.add(frame.picture, row);
      });
    } finally {
      frame.release();
    }
    onProgress?.(frame.index - from + 1, until - from);
  }
  const asked = options.shutterDegrees / 360;
  const rough = meters.map(({ spectra, motion }) => fitBlur(spectra.result, motion.steps, asked));
  const refit = (shutter: number): TrackBlur[] =>
    meters.map(({ spectra, motion }) => fitBlur(spectra.result, motion.steps, asked, shutter));
  const found = await findShutter(source, rough, refit, asked, signal);
  if (found?.proven) return { tracks: refit(found.shutter) };
  // Who says that the clip is blurred where no frame tells, knows its shutter best.
  if (options.assumeBlurred) return { tracks: refit(asked) };
  return { tracks: found ? refit(0) : rough };
}

/** A survey as it would be of the same clip made `scale` times as large, with `tracks` of that size. */
export function scaleSurvey(survey: BlurSurvey, tracks: Performance['tracks'], scale: number): BlurSurvey {
  if (scale === 1) return survey;
  return {
    tracks: survey.tracks.map((blur, index) => ({
      ...blur,
      track: tracks[index]!,
      path: blur.path.map((value) => value * scale),
      sigma: blur.sigma.map((value) => value * scale),
      steps: blur.steps.map(
        (step) =>
          step && { ...step, cx: step.cx * scale, cy: step.cy * scale, tx: step.tx * scale, ty: step.ty * scale },
      ),
    })),
  };
}
