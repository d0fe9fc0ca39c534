// Runs PocketSphinx (Huggins-Daines et al. 2006, "PocketSphinx: a free, real-time continuous speech recognition system"),
// compiled to WebAssembly by native-models/recogniser, with the models of the pack `english-words`.

/** A word that was heard, or a pause (`<sil>`, `<s>`), with its frames of 10 ms. `fit`: natural logarithm of how well its sounds fit. */
export interface HeardWord {
  readonly word: string;
  readonly first: number;
  readonly last: number;
  readonly fit: number;
}

/** As much of WebAssembly's interface as is used here: Node has it, its types come with those of browsers only. */
interface WebAssemblyApi {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly { readonly module: string; readonly name: string }[];
  };
  readonly Instance: new (module: object, imports: Imports) => { readonly exports: unknown };
}

type Imports = Record<string, Record<string, (...args: number[]) => number>>;

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  malloc(bytes: number): number;
  free(address: number): void;
  retake_give(name: number, bytes: number, length: number): number;
  retake_open(): number;
  retake_hear(decoder: number, samples: number, count: number): number;
}

/** What system calls answer that have no system behind them (`ENOSYS` of WASI). */
const REFUSED = 52;

/** Scores are powers of PocketSphinx's base. */
const SCORE_BASE = Math.log(1.0001);

/** Loudest sample of 16 bits. */
const FULL_SCALE = 32767;

/** A system that has nothing: no files beyond those in memory, no environment, and nowhere to write. */
function emptySystem(module: object, exportsOf: () => Exports): Imports {
  const words = (): Int32Array => new Int32Array(exportsOf().memory.buffer);
  const answers: Imports[string] = {
    environ_sizes_get: (count, size) => {
      words().fill(0, count! >> 2, (count! >> 2) + 1);
      words().fill(0, size! >> 2, (size! >> 2) + 1);
      return 0;
    },
    environ_get: () => 0,
    emscripten_notify_memory_growth: () => 0,
    clock_time_get: (_clock, _precision, time) => {
      new BigInt64Array(exportsOf().memory.buffer, time!, 1).fill(0n);
      return 0;
    },
    setTempRet0: () => 0,
    proc_exit: (code) => {
      throw new Error(`PocketSphinx gave up (${code})`);
    },
    _emscripten_throw_longjmp: () => {
      throw new Error('PocketSphinx gave up');
    },
  };
  const imports: Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = answers[name] ?? (() => REFUSED);
  }
  return imports;
}

/** Hears words in sound. Keeps the thread busy while it does: it is meant for one of its own. */
export class PocketSphinx {
  readonly #exports: Exports;
  readonly #decoder: number;

  /** `program` is the WebAssembly module, `files` a model by the names that PocketSphinx asks for. Throws where it is none. */
  constructor(program: Uint8Array, files: ReadonlyMap<string, Uint8Array>) {
    const module = new WebAssembly.Module(new Uint8Array(program));
    const instance = new WebAssembly.Instance(
      module,
      emptySystem(module, () => this.#exports),
    );
    this.#exports = instance.exports as unknown as Exports;
    this.#exports._initialize();
    for (const [name, bytes] of files) {
      const address = this.#put(new TextEncoder().encode(`${name}\0`));
      // The model's bytes stay: it is read out of them.
      this.#exports.retake_give(address, this.#put(bytes), bytes.length);
      this.#exports.free(address);
    }
    this.#decoder = this.#exports.retake_open();
    if (this.#decoder === 0) throw new Error('PocketSphinx refused its model');
  }

  #put(bytes: Uint8Array): number {
    const address = this.#exports.malloc(bytes.length);
    if (address === 0) throw new Error('no memory is left for PocketSphinx');
    new Uint8Array(this.#exports.memory.buffer).set(bytes, address);
    return address;
  }

  /** The likeliest words in `samples` (mono, 16 kHz, -1..1), pauses among them; none where no way through was found. */
  hear(samples: Float32Array): HeardWord[] {
    const pcm = Int16Array.from(samples, (value) => Math.round(Math.max(-1, Math.min(1, value)) * FULL_SCALE));
    const address = this.#put(new Uint8Array(pcm.buffer));
    const found = this.#exports.retake_hear(this.#decoder, address, pcm.length);
    this.#exports.free(address);
    if (found === 0) return [];
    const bytes = new Uint8Array(this.#exports.memory.buffer);
    const lines = new TextDecoder().decode(bytes.subarray(found, bytes.indexOf(0, found)));
    return lines.split('\n').flatMap((line) => {
      const [word, ...numbers] = line.split(' ');
      const [first, last, score] = numbers.map(Number);
      return score === undefined ? [] : [{ word: word!, first: first!, last: last!, fit: score * SCORE_BASE }];
    });
  }
}
