import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectFirstcall, type FirstcallClient } from '../../client/src/index.ts';
import { logNames } from '../../schemas/subjects.ts';
import { CrowdDesk, PARTITIONS } from '../scale/crowd-desk.ts';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.ts';
import { fillLog, type LogServer, startLogServer } from '../support/log-server.ts';
import { UndoStack } from '../support/undo-stack.ts';
import { orderOf } from './engine-desk.ts';
import { quoteEvents, referenceEvents } from './market-events.ts';
import { MODEL_SETTINGS, PEER_MODEL, PEER_RULES } from './metrics.ts';
import type { SelectPeer } from './peer.ts';
import { type JudgedQuote, type PeerMarket, type Question, START } from './peer-market.ts';
import type { Best } from './sums.ts';

/** The engine as it is deployed, its log with it, asked by the client package; it records each decision. */
export class EngineWebsocket implements SelectPeer {
  readonly version = 'firstcall';
  readonly #market: PeerMarket;
  readonly #undos = new UndoStack();
  #server: LogServer | null = null;
  #engine: EngineProcess | null = null;
  #client: FirstcallClient | null = null;

  constructor(market: PeerMarket) {
    this.#market = market;
  }

  get pids(): number[] {
    return [this.#server!.pid, this.#engine!.pid];
  }

  async load(quotes: readonly JudgedQuote[]): Promise<void> {
    const defer = (undo: () => unknown): void => this.#undos.add(undo);
    this.#server = await startLogServer({ defer, progress: () => {} });
    const desk = new CrowdDesk(PEER_MODEL);
    const messages = [
      ...(await desk.prepare(referenceEvents(this.#market), START)),
      ...(await desk.prepare(quoteEvents(this.#market, quotes), quotes.at(-1)!.tsEvent)),
    ].map((message) => ({ ...message, kind: message.events[0]!.kind, tsFrom: START }));
    await fillLog(this.#server, logNames(), PARTITIONS, messages);
    const folder = await mkdtemp(join(tmpdir(), 'firstcall-bench-'));
    const rulesFile = join(folder, 'rules.yaml');
    await writeFile(rulesFile, PEER_RULES);
    this.#engine = await startEngineProcess({
      natsUrl: this.#server.url,
      log: '',
      partitions: PARTITIONS,
      rankTickMs: 100,
      model: MODEL_SETTINGS,
      rulesFile,
      storeDir: join(folder, 'store'),
    });
    defer(() => this.#engine!.stop());
    this.#client = connectFirstcall({ url: this.#engine.wsUrl });
    defer(() => this.#client!.close());
    await this.#client.whenLive();
  }

  async ask(question: Question): Promise<readonly Best[]> {
    return (await this.#client!.select(orderOf(this.#market, question))).dealers;
  }

  close(): Promise<void> {
    return this.#undos.run();
  }
}
