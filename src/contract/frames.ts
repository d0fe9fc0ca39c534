import { z } from 'zod';
import { idSchema } from '../core/document/values.ts';
import type { ErrorCode, ErrorDetails } from '../core/errors.ts';

/** What a picture can come as. */
export const FRAME_FORMATS = ['jpeg', 'rgba', 'json', 'float32'] as const;

/** See {@link FRAME_FORMATS}. */
export type FrameFormat = (typeof FRAME_FORMATS)[number];

/** What a frame request can be for: a picture, the coefficients of its faces, or their tracked landmarks. */
export const FRAME_KINDS = ['picture', 'mesh', 'landmarks'] as const;

/** See {@link FRAME_KINDS}. */
export type FrameKind = (typeof FRAME_KINDS)[number];

/** Shares of the full size that a picture can be made in. */
export const FRAME_QUALITIES = ['full', 'half', 'quarter'] as const;

const count = z.int().min(0).max(0xff_ff_ff_ff);

/**
 * A wish for one frame, sent as JSON text. Of a stream the newest wish wins (`latest`): one is in work, one waits, what
 * waited is answered as superseded. `queue` keeps order and all wishes, for playback.
 */
export const frameRequestSchema = z
  .strictObject({
    stream: z.string().min(1).max(64),
    seq: count,
    handle: z.string().max(128),
    kind: z.enum(FRAME_KINDS).default('picture'),
    /** Frame of this sequence, or of this media item. */
    sequence: idSchema.optional(),
    media: idSchema.optional(),
    frame: count,
    side: z.enum(['edited', 'source']).default('edited'),
    quality: z.enum(FRAME_QUALITIES).default('full'),
    /** Width in pixels that the picture is reduced to; never enlarged. */
    width: z.int().min(16).max(16_384).optional(),
    format: z.enum(['jpeg', 'rgba']).default('jpeg'),
    mode: z.enum(['latest', 'queue']).default('latest'),
  })
  .refine(({ sequence, media }) => (sequence === undefined) !== (media === undefined), 'either sequence or media');

/** See {@link frameRequestSchema}. */
export type FrameRequest = z.infer<typeof frameRequestSchema>;

/** What a client sends: {@link frameRequestSchema} before defaults. */
export type FrameWish = z.input<typeof frameRequestSchema>;

/** A text answer: the wish was overtaken by a newer one, or cannot be met. */
export type FrameRefusal =
  | { readonly stream: string; readonly seq: number; readonly superseded: true }
  | {
      readonly stream: string;
      readonly seq: number;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
    };

/** A binary answer. */
export interface FrameAnswer {
  readonly kind: FrameKind;
  readonly format: FrameFormat;
  readonly stream: string;
  readonly seq: number;
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  /** JSON-safe, e.g. which frames passed through untouched and why. */
  readonly notes: unknown;
  readonly payload: Uint8Array;
}

const MAGIC = 0x52_54_4b_31;
const HEADER_BYTES = 32;
const padded = (bytes: number): number => (bytes + 3) & ~3;

/**
 * The bytes of an answer: a header of 32 bytes (little-endian but for the magic `RTK1`): kind u8, format u8, length of
 * the stream's name u16, sequence number u32, frame u32, width u16, height u16, payload bytes u32, notes bytes u32, 0
 * u32; then the name and the notes as UTF-8, padding to a multiple of 4, and the payload.
 */
export function encodeFrame(answer: FrameAnswer): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const name = text.encode(answer.stream);
  const notes = text.encode(JSON.stringify(answer.notes ?? null));
  const start = padded(HEADER_BYTES + name.length + notes.length);
  const bytes = new Uint8Array(start + answer.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, FRAME_KINDS.indexOf(answer.kind));
  view.setUint8(5, FRAME_FORMATS.indexOf(answer.format));
  view.setUint16(6, name.length, true);
  view.setUint32(8, answer.seq, true);
  view.setUint32(12, answer.frame, true);
  view.setUint16(16, answer.width, true);
  view.setUint16(18, answer.height, true);
  view.setUint32(20, answer.payload.length, true);
  view.setUint32(24, notes.length, true);
  bytes.set(name, HEADER_BYTES);
  bytes.set(notes, HEADER_BYTES + name.length);
  bytes.set(answer.payload, start);
  return bytes;
}

/** Reads what {@link encodeFrame} wrote; the payload is a view into `buffer`. Throws a TypeError for anything else. */
export function decodeFrame(buffer: ArrayBuffer): FrameAnswer {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0) !== MAGIC) throw new TypeError('not a frame of Retake');
  const nameBytes = view.getUint16(6, true);
  const notesBytes = view.getUint32(24, true);
  const payloadBytes = view.getUint32(20, true);
  const start = padded(HEADER_BYTES + nameBytes + notesBytes);
  if (start + payloadBytes !== buffer.byteLength) throw new TypeError('a frame of Retake that breaks off');
  const text = new TextDecoder();
  const kind = FRAME_KINDS[view.getUint8(4)];
  const format = FRAME_FORMATS[view.getUint8(5)];
  if (!kind || !format) throw new TypeError('a frame of a kind that this version does not know');
  return {
    kind,
    format,
    stream: text.decode(new Uint8Array(buffer, HEADER_BYTES, nameBytes)),
    seq: view.getUint32(8, true),
    frame: view.getUint32(12, true),
    width: view.getUint16(16, true),
    height: view.getUint16(18, true),
    notes: JSON.parse(text.decode(new Uint8Array(buffer, HEADER_BYTES + nameBytes, notesBytes))) as unknown,
    payload: new Uint8Array(buffer, start, payloadBytes),
  };
}
