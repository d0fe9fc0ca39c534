// How well visemes are heard in recordings of people that the network was not trained on, beside acoustic baselines in the same
// run, clean and with pink noise; and in the digital actor's voice, whose phones are known. One JSON line per figure.
import { join } from 'node:path';
import { SPEECH_SAMPLE_RATE, VISEME_COUNT } from '../src/core/speech.ts';
import { timedLine } from '../src/engine/digital-actor/phones.ts';
import { ACTOR_VARIANTS } from '../src/engine/digital-actor/variant.ts';
import { synthesiseVoice, VOICE_RATE } from '../src/engine/digital-actor/voice.ts';
import { createInference, type Inference } from '../src/engine/inference/index.ts';
import { readAudio } from '../src/engine/media/index.ts';
import { Aligner } from '../src/engine/speech/aligner.ts';
import { analyseSpeech, arpabetToIpa } from '../src/engine/speech/index.ts';
import { type Heard, hearEnergy, hearFormants } from './speech/baselines.ts';
import { RECORDINGS, sharedMedia } from './speech/recordings.ts';
import { alignedReference, saidOf, withPinkNoise } from './speech/reference.ts';
import { Score } from './speech/score.ts';

const NOISE_DB = 10;
const ACTOR_SECONDS = 8;

/** What the product hears without a transcript: by the network alone, or by words as well. */
async function hear(samples: Float32Array, inference: Inference, recognise: boolean): Promise<Heard> {
  const { visemes, articulation, frames } = await analyseSpeech(samples, { inference, recognise });
  const best = Int8Array.from({ length: frames }, (_, frame) => {
    const row = visemes.subarray(frame * VISEME_COUNT, (frame + 1) * VISEME_COUNT);
    return row.indexOf(Math.max(...row));
  });
  return { visemes: best, articulation };
}

const round = (value: number): number => Number(value.toFixed(3));
const scores = new Map<string, Score>();

async function measure(what: string, said: Heard, samples: Float32Array, inference: Inference): Promise<void> {
  for (const [condition, sound] of [
    ['clean', samples],
    [`pink noise ${NOISE_DB} dB`, withPinkNoise(samples, NOISE_DB, 7)],
  ] as const) {
    const methods = {
      energy: hearEnergy(sound),
      formants: hearFormants(sound),
      'network alone': await hear(sound, inference, false),
      'network and words': await hear(sound, inference, true),
    };
    for (const [method, heard] of Object.entries(methods)) {
      const key = `${what}, ${condition}, ${method}`;
      const score = scores.get(key) ?? new Score();
      scores.set(key, score);
      score.add(said, heard);
    }
  }
}

await using inference = await createInference({ providers: ['cpu'] });
await using aligner = await Aligner.open('en');
const media = sharedMedia();
if (media === null) console.warn('No shared media: only the digital actor is measured.');
else
  for (const { file, text } of RECORDINGS) {
    const { channels } = await readAudio(join(media, file), { sampleRate: SPEECH_SAMPLE_RATE, channels: 1 });
    const samples = channels[0]!;
    const said = await alignedReference(aligner, samples, text);
    if (said === null) console.warn(`${file}: its text cannot be aligned; it is left out.`);
    else {
      await measure('people', said, samples, inference);
      const one = new Score();
      one.add(said, await hear(samples, inference, true));
      const { visemes, bilabialF1, jaw } = one.figures();
      const figures = { value: round(visemes!), bilabialF1: round(bilabialF1!), jaw: round(jaw!) };
      console.log(JSON.stringify({ bench: 'speech', figure: `viseme accuracy, ${file}`, ...figures, unit: 'share' }));
    }
  }
for (const variant of Object.values(ACTOR_VARIANTS)) {
  const line = timedLine(ACTOR_SECONDS);
  const voice = synthesiseVoice(line, ACTOR_SECONDS, variant.voice, 1);
  const step = VOICE_RATE / SPEECH_SAMPLE_RATE;
  // Every third sample of a running mean: the voice has little above 8 kHz.
  const samples = Float32Array.from({ length: Math.floor(voice.length / step) }, (_, i) => {
    let sum = 0;
    for (let k = -1; k <= 1; k += 1) sum += voice[i * step + k] ?? 0;
    return sum / 3;
  });
  const raw = line.map((p) => ({ symbol: arpabetToIpa(p.name) ?? '', start: p.startSeconds, end: p.endSeconds }));
  await measure('digital actor', saidOf(raw, samples.length), samples, inference);
}
for (const [figure, score] of scores) {
  const { visemes, ...rest } = score.figures();
  const others = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, round(value)]));
  console.log(
    JSON.stringify({
      bench: 'speech',
      figure: `viseme accuracy, ${figure}`,
      value: round(visemes!),
      ...others,
      unit: 'share',
    }),
  );
}
