import { av, ff } from './native.ts';

/** Settings of hardware encoders for a quality near that of the software presets. */
export function hardwareOptions(encoder: string): Record<string, string> {
  if (encoder.endsWith('_nvenc')) return { preset: 'p5', rc: 'vbr', cq: '17', b: '0' };
  if (encoder.endsWith('_qsv')) return { global_quality: '18' };
  if (encoder.endsWith('_amf')) return { rc: 'cqp', qp_i: '17', qp_p: '18', qp_b: '20' };
  return { 'q:v': '75' };
}

const SIZE = 256;
const FRAMES = 4;

async function tryEncoder(name: string): Promise<string | null> {
  const definition = av.Codec.findEncoderByName(name as never);
  if (!definition) return `${name} is not in this FFmpeg`;
  using codec = new av.CodecContext();
  codec.allocContext3(definition);
  codec.width = SIZE;
  codec.height = SIZE;
  codec.pixelFormat = definition.pixelFormats?.includes(ff.AV_PIX_FMT_YUV420P)
    ? ff.AV_PIX_FMT_YUV420P
    : ff.AV_PIX_FMT_NV12;
  codec.timeBase = new av.Rational(1, 25);
  codec.framerate = new av.Rational(25, 1);
  using settings = av.Dictionary.fromObject(hardwareOptions(name));
  const opened = await codec.open2(definition, settings);
  if (opened < 0) return `${name}: ${av.FFmpegError.strerror(opened)}`;
  using frame = new av.Frame();
  using packet = new av.Packet();
  frame.alloc();
  packet.alloc();
  let bytes = 0;
  for (let index = 0; index <= FRAMES; index++) {
    frame.unref();
    frame.format = codec.pixelFormat;
    frame.width = SIZE;
    frame.height = SIZE;
    frame.getBuffer(0);
    for (const plane of frame.data ?? []) plane.fill(40 + index * 20);
    frame.pts = BigInt(index);
    const sent = await codec.sendFrame(index === FRAMES ? null : frame);
    if (sent < 0) return `${name}: ${av.FFmpegError.strerror(sent)}`;
    while ((await codec.receivePacket(packet)) >= 0) {
      bytes += packet.size;
      packet.unref();
    }
  }
  return bytes > 0 ? null : `${name} encodes nothing`;
}

const tried = new Map<string, Promise<string | null>>();

/** Why an encoder does not work on this machine, found out by encoding a few frames once; null when it works. */
export function encoderFault(name: string): Promise<string | null> {
  const known = tried.get(name);
  if (known) return known;
  const result = tryEncoder(name).catch((error: unknown) => `${name}: ${String(error)}`);
  tried.set(name, result);
  return result;
}
