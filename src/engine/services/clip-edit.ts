import { PRESETS } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Provenance, ProvenanceClaim } from '../../contract/provenance.ts';
import type { Performance } from '../../core/performance.ts';
import { fingerprintMedia, openVideo, type VideoSource } from '../media/index.ts';
import { tellWarnings } from './capture-step.ts';
import type { ClipRequest } from './clip-request.ts';
import { defaultOutput } from './default-output.ts';
import { frameReasons, frameRuns } from './frame-runs.ts';
import type { OutputSet } from './output-set.ts';
import { requireDistinct, requireInput, requireOutput } from './paths.ts';
import type { TakenFile } from './provenance-claim.ts';
import { provenancePath, writeProvenance } from './provenance-record.ts';
import { type FrameRange, resolveRange } from './range.ts';

/** How many frames an edit left as they were. */
export interface FrameCounts {
  readonly total: number;
  readonly edited: number;
  readonly untouched: number;
}

/** A clip open to be edited, its request checked as far as it can be without looking at a face. */
export class ClipEdit implements AsyncDisposable {
  readonly request: ClipRequest;
  readonly path: string;
  readonly source: VideoSource;
  readonly range: FrameRange;
  /** Folder for layers, where they were asked for. */
  readonly layers: string | undefined;

  private constructor(
    request: ClipRequest,
    path: string,
    source: VideoSource,
    range: FrameRange,
    layers: string | undefined,
  ) {
    [this.request, this.path, this.source, this.range, this.layers] = [request, path, source, range, layers];
  }

  /** Opens the clip. Throws what is wrong with its path, the performance file's, the layers' folder, or the range. */
  static async open(request: ClipRequest, context: ServiceContext): Promise<ClipEdit> {
    const path = await requireInput(request.clip, 'clip', true);
    if (request.performance !== undefined) await requireInput(request.performance, 'performance file');
    const layers = request.layers === undefined ? undefined : await requireOutput(request.layers, [path], true);
    const source = await openVideo(path, { ...(context.signal ? { signal: context.signal } : {}), shared: true });
    try {
      return new ClipEdit(request, path, source, resolveRange(request.from, request.until, source), layers);
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Path of the result, after looking that it can be written and is none of the files it is made from: `others` beside
   * the clip. Without a wish of its own it stands beside the clip and carries `word` in its name.
   */
  async output(word: string, others: readonly string[] = []): Promise<string> {
    const { request, path, layers } = this;
    const { extension, sequence } = PRESETS[request.preset];
    const sources = [path, ...others, ...(request.performance ? [request.performance] : [])];
    const out = await requireOutput(request.out ?? defaultOutput(path, word, extension), sources, sequence);
    requireDistinct([out, layers]);
    return out;
  }

  /** Tells what is unusual about the clip, and identifies it for the label. */
  async identify(context: ServiceContext): Promise<TakenFile> {
    tellWarnings(this.source, this.request.until, context);
    return { path: this.path, fingerprint: await fingerprintMedia(this.path, context.signal) };
  }

  /** Writes the label of the finished file, which counts the frames that were `touched`, and why others were not. */
  async label(
    out: string,
    claim: ProvenanceClaim,
    touched: readonly boolean[],
    performance: Performance,
    actorIds: readonly string[],
    outputs: OutputSet,
  ): Promise<{ readonly frames: FrameCounts; readonly provenance: Provenance }> {
    const edited = touched.filter(Boolean).length;
    const frames = { total: touched.length, edited, untouched: touched.length - edited };
    const runs = frameRuns(frameReasons(performance, this.range, new Set(actorIds)), this.range.from);
    const provenance = await writeProvenance(out, claim, this.request.preset, { ...frames, runs });
    outputs.add('provenance', provenancePath(out));
    return { frames, provenance };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]();
  }
}
