import { signal } from '@preact/signals';
import { connectLive, type LiveClient } from '../../client/src/browser.ts';
import type { StatusFrame } from '../../schemas/protocol.ts';
import type { HealthFacts } from './health.ts';

type LinkFacts = Omit<HealthFacts, 'standstillMs'>;

/** The page's connection to its engine, and what is known of either. */
export class EngineLink {
  readonly client: LiveClient;
  /** What the engine last said of itself; null before its first word. */
  readonly status = signal<StatusFrame | null>(null);
  #isConnected = false;
  #lossReason: string | null = null;

  /** `url` of the page's own folder: the gateway takes WebSockets on any path. */
  constructor(url: string) {
    this.client = connectLive({ url, reconnectMaxMs: 5_000 });
    this.client.onStatus((status) => {
      this.#isConnected = true;
      this.#lossReason = null;
      this.status.value = status;
    });
    this.client.onProblem(({ code, message }) => {
      if (code !== 'disconnected') return;
      this.#isConnected = false;
      this.#lossReason = message;
    });
  }

  get facts(): LinkFacts {
    const status = this.status.peek();
    return {
      isConnected: this.#isConnected,
      wasConnected: status !== null,
      lossReason: this.#lossReason,
      isReady: status?.ready ?? false,
      degradedPartitions: status?.degradedPartitions ?? [],
      reasons: status?.reasons ?? [],
      lagMs: status?.lagMs ?? null,
    };
  }
}
