import type { Decoder, SoundSwallowerModule } from 'soundswallower';
import type { Grammar } from './word-grammar.ts';

/** Weight of the grammar against the sound: neighbouring frames repeat each other's evidence, so that sound weighs too much. */
const LANGUAGE_WEIGHT = 5;

/** Functions of the WebAssembly module that its JavaScript interface, made for short grammars as text, leaves out. */
interface RawModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _decoder_logmath(decoder: number): number;
  _decoder_set_fsg(decoder: number, grammar: number): number;
  _logmath_log(logmath: number, value: number): number;
  _fsg_model_init(name: number, logmath: number, weight: number, states: number): number;
  _fsg_set_states(grammar: number, start: number, end: number): void;
  _fsg_model_word_add(grammar: number, word: number): number;
  _fsg_model_trans_add(grammar: number, from: number, to: number, log: number, word: number): void;
  _fsg_model_null_trans_add(grammar: number, from: number, to: number, log: number): void;
}

/** Makes the decoder listen for what a grammar says; the decoder's dictionary must have all of its words. */
export function listenFor(module: SoundSwallowerModule, decoder: Decoder, grammar: Grammar): void {
  const raw = module as unknown as RawModule;
  const handle = (decoder as unknown as { readonly cdecoder: number }).cdecoder;
  const logmath = raw._decoder_logmath(handle);
  const withText = (text: string, use: (address: number) => number): number => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const address = raw._malloc(bytes.length);
    raw.HEAPU8.set(bytes, address);
    const result = use(address);
    raw._free(address);
    return result;
  };
  const model = withText('words', (name) => raw._fsg_model_init(name, logmath, LANGUAGE_WEIGHT, grammar.states));
  raw._fsg_set_states(model, grammar.start, grammar.end);
  const ids = grammar.words.map((word) => withText(word, (text) => raw._fsg_model_word_add(model, text)));
  for (let arc = 0; arc < grammar.from.length; arc += 1) {
    const log = Math.round(raw._logmath_log(logmath, grammar.probability[arc]!) * LANGUAGE_WEIGHT);
    const [from, to, word] = [grammar.from[arc]!, grammar.to[arc]!, grammar.word[arc]!];
    if (word < 0) raw._fsg_model_null_trans_add(model, from, to, log);
    else raw._fsg_model_trans_add(model, from, to, log, ids[word]!);
  }
  if (raw._decoder_set_fsg(handle, model) < 0) throw new Error('the grammar of words was refused');
}
