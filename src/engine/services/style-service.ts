import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { createInference } from '../inference/index.ts';
import { writeStyle } from '../talking-head/index.ts';
import { usedProviders } from './capture-step.ts';
import { defaultOutput } from './default-output.ts';
import { parseActor } from './emotion-request.ts';
import { heardResult } from './heard-speech.ts';
import { requireInput, requireOutput } from './paths.ts';
import { StopWatch } from './stop-watch.ts';
import { learnFrom, nameOf } from './style-source.ts';

/** What `retake style extract` is asked to do. */
export interface StyleRequest {
  readonly reference: string;
  readonly text?: string | undefined;
  readonly language: string;
  readonly actor: string;
  readonly name?: string | undefined;
  readonly out?: string | undefined;
}

/** Learns how the person in a clip speaks and writes it as a style file. Throws what `learnFrom` throws. */
export async function extractStyle(
  request: StyleRequest,
  context: ServiceContext = {},
): Promise<Result<'style extract'>> {
  const watch = new StopWatch();
  const path = await requireInput(request.reference, 'reference clip', true);
  const text = request.text === undefined ? undefined : await requireInput(request.text, 'text');
  const actor = parseActor(request.actor);
  const out = await requireOutput(request.out ?? defaultOutput(path, 'style', '.json'), [path]);
  await using inference = await createInference();
  const { style, speech } = await learnFrom(
    {
      path,
      text,
      language: request.language,
      name: request.name ?? nameOf(out),
      ...(actor === 'all' ? {} : { actor }),
    },
    inference,
    context,
  );
  await writeStyle(out, style);
  const { learned, mouth, head } = style;
  return {
    command: 'style extract',
    path,
    name: style.name,
    depth: learned!.depth,
    speechSeconds: learned!.speechSeconds,
    mouth,
    blinksPerMinute: style.blinks.perMinute,
    head,
    excerpts: style.excerpts.length,
    heard: heardResult(path, speech),
    notes: learned!.notes,
    provider: await usedProviders(inference),
    outputs: [{ kind: 'style', path: out }],
    timing: watch.timing(Math.round(speech.seconds * 25)),
  };
}
