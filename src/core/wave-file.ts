/** Format tags of RIFF WAVE (Multimedia Programming Interface and Data Specifications 1.0, 1991) and their sample bytes. */
const SAMPLES = { int16: { tag: 1, bytes: 2 }, float32: { tag: 3, bytes: 4 } } as const;

/** How samples are stored. */
export type WaveSamples = keyof typeof SAMPLES;

const HEADER = 44;

/**
 * A RIFF WAVE file of equally long channels of samples in -1..1. What is louder is cut off in `int16` and kept in
 * `float32`.
 */
export function waveFile(channels: readonly Float32Array[], sampleRate: number, samples: WaveSamples): Uint8Array {
  const { tag, bytes: width } = SAMPLES[samples];
  const stride = channels.length * width;
  const length = (channels[0]?.length ?? 0) * stride;
  const bytes = new Uint8Array(HEADER + length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => {
    for (let i = 0; i < word.length; i++) view.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, HEADER - 8 + length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * stride, true);
  view.setUint16(32, stride, true);
  view.setUint16(34, width * 8, true);
  text(36, 'data');
  view.setUint32(40, length, true);
  for (const [c, channel] of channels.entries()) {
    let at = HEADER + c * width;
    if (samples === 'float32')
      for (let i = 0; i < channel.length; i++, at += stride) view.setFloat32(at, channel[i]!, true);
    else
      for (let i = 0; i < channel.length; i++, at += stride)
        view.setInt16(at, Math.round(Math.max(-1, Math.min(1, channel[i]!)) * 32_767), true);
  }
  return bytes;
}
