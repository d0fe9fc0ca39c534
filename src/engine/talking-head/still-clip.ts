import type { VideoFrame, VideoSource } from '../media/index.ts';

/** A picture as a clip of `frames` equal frames: the tracker believes in a face that it has seen several times. */
export function stillClip(source: VideoSource, frames: number): VideoSource {
  return {
    info: source.info,
    rate: source.rate,
    frameCount: frames,
    damagedFrames: source.damagedFrames,
    async *frames(from = 0, until = frames): AsyncIterableIterator<VideoFrame> {
      const { picture, seconds } = await source.frameAt(0);
      for (let index = from; index < until; index++) yield { index, picture, seconds, release: () => {} };
    },
    frameAt: () => source.frameAt(0),
    apart: () => ({ frameAt: () => source.frameAt(0), [Symbol.asyncDispose]: async () => {} }),
    secondsOf: (index) => source.secondsOf(Math.min(1, index)),
    frameAtSeconds: () => 0,
    timestamps: () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
}
