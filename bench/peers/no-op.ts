import type { IngestPeer } from './peer.ts';
import type { JudgedQuote } from './peer-market.ts';

/** The floor: reads every value of every quote, and keeps nothing. */
export class NoOp implements IngestPeer {
  readonly version = 'a loop';
  readonly pids = [];
  readonly passes = 100;
  #read = 0;

  ingest(quotes: readonly JudgedQuote[]): void {
    for (const { values } of quotes) for (const value of values) this.#read += value;
  }

  async sums(): Promise<null> {
    return null;
  }

  async close(): Promise<void> {}
}
