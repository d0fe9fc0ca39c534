import { type ProtobufField, readProtobuf } from './protobuf.ts';

/** Floats per vertex in the file: position (cm) and texture coordinates. */
const VERTEX_SIZE = 5;

/** The canonical face of MediaPipe's face geometry module. */
export interface CanonicalFaceData {
  /** Vertices one after another: x right in the image, y up, z towards the camera, in centimetres. */
  readonly positions: readonly number[];
  /** Texture coordinates per vertex, 0..1; v counts from the top. */
  readonly uv: readonly number[];
  /** Three vertex indices per triangle. */
  readonly triangles: readonly number[];
  /** Landmarks that carry the rigid alignment, each with its weight. */
  readonly procrustes: readonly { readonly landmark: number; readonly weight: number }[];
}

function asBytes(field: ProtobufField): Uint8Array {
  if (typeof field.value === 'bigint') throw new Error(`field ${field.field} is a number, not bytes`);
  return field.value;
}

function floatsOf(fields: readonly ProtobufField[], number: number): number[] {
  const numbers: number[] = [];
  for (const field of fields.filter((candidate) => candidate.field === number)) {
    const bytes = asBytes(field);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset < bytes.length; offset += 4) numbers.push(view.getFloat32(offset, true));
  }
  return numbers;
}

function integersOf(fields: readonly ProtobufField[], number: number): number[] {
  const numbers: number[] = [];
  for (const { field, value } of fields) {
    if (field !== number) continue;
    if (typeof value === 'bigint') numbers.push(Number(value));
    else numbers.push(...readPackedVarints(value));
  }
  return numbers;
}

function readPackedVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift;
    shift = byte < 128 ? 0 : shift + 7;
    if (byte < 128) {
      numbers.push(value);
      value = 0;
    }
  }
  return numbers;
}

/**
 * Decodes a GeometryPipelineMetadata message (mediapipe/modules/face_geometry/protos): field 1 is the mesh (3 vertex
 * buffer, 4 index buffer), field 2 the Procrustes basis as repeated (1 landmark, 2 weight) pairs.
 */
export function readCanonicalFace(bytes: Uint8Array): CanonicalFaceData {
  const fields = readProtobuf(bytes);
  const meshField = fields.find(({ field }) => field === 1);
  if (meshField === undefined) throw new Error('face geometry without a mesh');
  const mesh = readProtobuf(asBytes(meshField));
  const vertices = floatsOf(mesh, 3);
  const count = vertices.length / VERTEX_SIZE;
  const at = (vertex: number, component: number): number => vertices[vertex * VERTEX_SIZE + component]!;
  const vertexIds = Array.from({ length: count }, (_, vertex) => vertex);
  return {
    positions: vertexIds.flatMap((vertex) => [at(vertex, 0), at(vertex, 1), at(vertex, 2)]),
    uv: vertexIds.flatMap((vertex) => [at(vertex, 3), at(vertex, 4)]),
    triangles: integersOf(mesh, 4),
    procrustes: fields
      .filter(({ field }) => field === 2)
      .map((field) => {
        const pair = readProtobuf(asBytes(field));
        return { landmark: integersOf(pair, 1)[0] ?? 0, weight: floatsOf(pair, 2)[0] ?? 0 };
      }),
  };
}
