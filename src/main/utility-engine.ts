import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { EngineLauncher } from '../host/engine-launch.ts';
import type { EngineLeave, EngineNews } from '../host/engine-messages.ts';

/** The engine as a utility process, and the way to hand it ports. */
export class UtilityEngine {
  readonly #main: string;
  readonly #node: string;
  #process: UtilityProcess | undefined;

  /** `main` is the engine's main module, `node` the Node that the engine's own children run on. */
  constructor(main: string, node: string) {
    this.#main = main;
    this.#node = node;
  }

  /** For `EngineProcess`. */
  readonly launch: EngineLauncher = ({ onNews, onPrint, onExit }) => {
    const engine = utilityProcess.fork(this.#main, [], {
      serviceName: 'Retake Engine',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, RETAKE_NODE: this.#node },
      // Codecs and runtimes that users install beside ours are not signed by us.
      allowLoadingUnsignedLibraries: true,
    });
    this.#process = engine;
    const print = (data: Buffer): void => onPrint(data.toString());
    engine.stdout?.on('data', print);
    engine.stderr?.on('data', print);
    engine.on('message', (news: EngineNews) => onNews(news));
    engine.once('exit', (code) => {
      if (this.#process === engine) this.#process = undefined;
      onExit(code, null);
    });
    return {
      get pid() {
        return engine.pid;
      },
      send: (order) => engine.postMessage(order),
      end: (how) => {
        if (how === 'orderly') engine.postMessage({ type: 'leave' } satisfies EngineLeave);
        else engine.kill();
      },
    };
  };

  /** Ports for one window, [procedures, frames]; the engine has the other ends. Undefined while none runs. */
  connect(): readonly [MessagePortMain, MessagePortMain] | undefined {
    if (!this.#process) return undefined;
    const rpc = new MessageChannelMain();
    const frames = new MessageChannelMain();
    this.#process.postMessage(null, [rpc.port1, frames.port1]);
    return [rpc.port2, frames.port2];
  }
}
