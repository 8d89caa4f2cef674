import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { encodeJson } from '../../schemas/codec.ts';
import { type HistoryStatus, historyStatusSubject } from '../../schemas/history-status.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { History } from './history.ts';

export interface StatusReporterOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  /** Streams that history copies. */
  readonly streams: readonly string[];
  readonly history: Pick<History, 'stored' | 'health'>;
  readonly sampler: { readonly dropped: number };
}

const INTERVAL_MS = 5_000;
const ANSWER_MS_MAX = 2_000;

/** Tells whoever listens how the history is, every five seconds. */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  readonly #timer: NodeJS.Timeout;
  #reporting: Promise<void> | null = null;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
    this.#report();
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reporting;
  }

  /** One at a time: a log that does not answer is waited for. */
  #report(): void {
    this.#reporting ??= this.#publish().finally(() => {
      this.#reporting = null;
    });
  }

  async #publish(): Promise<void> {
    const { nc, names, history, sampler } = this.#options;
    // Null, and no error: the log is in trouble, and who asks for it says so.
    const messagesBehind = await this.#messagesBehind().catch(() => null);
    if (nc.isClosed()) return;
    const { failingSeconds, failuresTotal, rowsTotal, trouble } = history.health;
    const status: HistoryStatus = {
      messagesBehind,
      failingSeconds,
      failuresTotal,
      rowsTotal,
      scoresDropped: sampler.dropped,
      trouble,
    };
    nc.publish(historyStatusSubject(names), encodeJson(status));
  }

  async #messagesBehind(): Promise<number> {
    const { nc, streams, history } = this.#options;
    const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: ANSWER_MS_MAX });
    const behind = streams.map(async (stream) => {
      const { state } = await jsm.streams.info(stream);
      return Math.max(0, state.last_seq - (history.stored[stream] ?? 0));
    });
    return (await Promise.all(behind)).reduce((sum, n) => sum + n, 0);
  }
}
