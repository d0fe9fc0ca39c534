import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture, Rect } from '../../core/picture.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { frameToSeconds } from '../../core/rational.ts';
import type { FaceLayer } from '../compositing/index.ts';
import { PartialOutput, type VideoSource, writeExr } from '../media/index.ts';
import { formatRate } from './rates.ts';
import type { EditedFrame, FrameSink } from './render-edit.ts';

const FOLDERS = ['patch', 'matte', 'st'] as const;

/** Where the pixel lies in the rows of `rect`; -1 outside. */
function indexIn(rect: Rect, x: number, y: number): number {
  const [column, row] = [x - rect.x, y - rect.y];
  return column >= 0 && row >= 0 && column < rect.width && row < rect.height ? row * rect.width + column : -1;
}

/**
 * Writes the layers of an edit, one file per frame and layer, as OpenEXR in the size of the plate:
 * - `patch/patch.000123.exr`, RGBA, premultiplied: `patch.rgb + plate.rgb * (1 - patch.a)` is the edited frame. Values are
 *   those of the plate, in its own transfer curve, black 0 and white 1.
 * - `matte/matte.000123.exr`, Y: where the edit shows, 0..1.
 * - `st/st.000123.exr`, RG: which point of the plate each pixel shows, 0..1 from the lower left corner of the picture, as
 *   compositing programs expect of an ST map; pixels outside the edit point to themselves.
 * The folder appears when all is written. Numbers in names are frames of the source clip.
 */
export class LayerWriter implements AsyncDisposable {
  readonly #output: PartialOutput;
  readonly #source: VideoSource;
  readonly #width: number;
  readonly #height: number;
  readonly #patch: Float32Array[];
  readonly #matte: Float32Array;
  readonly #u: Float32Array;
  readonly #v: Float32Array;
  #plate = new Float32Array(0);
  #edited = new Float32Array(0);
  #first = -1;
  #count = 0;

  private constructor(output: PartialOutput, source: VideoSource) {
    const { width, height } = source.info.video;
    const size = width * height;
    this.#output = output;
    this.#source = source;
    this.#width = width;
    this.#height = height;
    this.#patch = Array.from({ length: 3 }, () => new Float32Array(size));
    this.#matte = new Float32Array(size);
    this.#u = Float32Array.from({ length: size }, (_, at) => ((at % width) + 0.5) / width);
    this.#v = Float32Array.from({ length: size }, (_, at) => 1 - (Math.floor(at / width) + 0.5) / height);
  }

  /** Starts the folder `path`. Throws `output-unwritable`. */
  static async create(path: string, source: VideoSource): Promise<LayerWriter> {
    const output = await PartialOutput.create(path, { directory: true, inputs: [source.info.path] });
    for (const folder of FOLDERS) await mkdir(join(output.partial, folder));
    return new LayerWriter(output, source);
  }

  /** Takes frames from the renderer, in order. */
  readonly sink: FrameSink = async (frame) => {
    if (this.#first < 0) this.#first = frame.source.index;
    this.#count++;
    const rects = frame.composed.layers.map((layer) => this.#paint(frame, layer));
    await this.#writeFrame(frame.source.index);
    for (const rect of rects) this.#clear(rect);
  };

  #paint({ source, composed }: EditedFrame, layer: FaceLayer): Rect {
    const rect = this.#reach(layer.rect, source.picture);
    const pixels = rect.width * rect.height;
    if (this.#plate.length < pixels * 3) {
      this.#plate = new Float32Array(pixels * 3);
      this.#edited = new Float32Array(pixels * 3);
    }
    pictureToRgb(source.picture, rect, this.#plate);
    pictureToRgb(composed.picture, rect, this.#edited);
    for (let row = 0; row < rect.height; row++)
      for (let column = 0; column < rect.width; column++) {
        const from = row * rect.width + column;
        const [x, y] = [rect.x + column, rect.y + row];
        const to = y * this.#width + x;
        // Faces may overlap: what both cover is covered once.
        const at = indexIn(layer.rect, x, y);
        const matte = at < 0 ? 0 : layer.matte[at]!;
        const keep = (1 - this.#matte[to]!) * (1 - matte);
        this.#matte[to] = 1 - keep;
        for (let c = 0; c < 3; c++)
          this.#patch[c]![to] = this.#edited[from * 3 + c]! - this.#plate[from * 3 + c]! * keep;
        if (matte > 0) {
          this.#u[to] = (x + 0.5 - layer.dx[at]!) / this.#width;
          this.#v[to] = 1 - (y + 0.5 - layer.dy[at]!) / this.#height;
        }
      }
    return rect;
  }

  /** `rect` and the pixels around it whose colour is interpolated from chroma samples in it. */
  #reach(rect: Rect, { layout }: Picture): Rect {
    const [marginX, marginY] = [2 << layout.chromaShiftX, 2 << layout.chromaShiftY];
    const [x, y] = [Math.max(0, rect.x - marginX), Math.max(0, rect.y - marginY)];
    return {
      x,
      y,
      width: Math.min(this.#width, rect.x + rect.width + marginX) - x,
      height: Math.min(this.#height, rect.y + rect.height + marginY) - y,
    };
  }

  #clear(rect: Rect): void {
    for (let y = rect.y; y < rect.y + rect.height; y++)
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        const at = y * this.#width + x;
        for (const channel of this.#patch) channel[at] = 0;
        this.#matte[at] = 0;
        this.#u[at] = (x + 0.5) / this.#width;
        this.#v[at] = 1 - (y + 0.5) / this.#height;
      }
  }

  async #writeFrame(frame: number): Promise<void> {
    const size = { width: this.#width, height: this.#height };
    const name = (layer: (typeof FOLDERS)[number]): string =>
      join(this.#output.partial, layer, `${layer}.${String(frame).padStart(6, '0')}.exr`);
    const [red, green, blue] = this.#patch as [Float32Array, Float32Array, Float32Array];
    // 32 bit: half floats would round a 10-bit plate.
    const channel = (label: string, samples: Float32Array) => ({ name: label, type: 'float', samples }) as const;
    await writeExr(name('patch'), {
      ...size,
      channels: [channel('R', red), channel('G', green), channel('B', blue), channel('A', this.#matte)],
    });
    await writeExr(name('matte'), { ...size, channels: [channel('Y', this.#matte)] });
    await writeExr(name('st'), { ...size, channels: [channel('R', this.#u), channel('G', this.#v)] });
  }

  /** Completes the folder and puts it in its place. Throws `output-unwritable`, `disk-full`. */
  async finish(): Promise<void> {
    const { rate, info } = this.#source;
    const note = {
      kind: 'retake-layers',
      version: 1,
      width: this.#width,
      height: this.#height,
      rate: formatRate(rate),
      firstFrame: Math.max(0, this.#first),
      firstSeconds: frameToSeconds(Math.max(0, this.#first), rate),
      frames: this.#count,
      transfer: info.video.colour.transfer,
      rebuild: 'patch.rgb + plate.rgb * (1 - patch.a)',
    };
    await writeFile(join(this.#output.partial, 'layers.json'), `${JSON.stringify(note, null, 2)}\n`);
    await this.#output.commit();
  }

  /** Removes what was written, unless finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.discard();
  }
}
