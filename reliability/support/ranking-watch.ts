import type { FirstcallClient } from '../../client/src/index.ts';
import type { LiveTopic } from '../../client/src/replica.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';

/** States that are remembered, so that one of them can be compared with the engine's own. */
const REMEMBERED = 200;

/** Follows one ranking of a client and holds it to what it promises across engines. */
export class RankingWatch {
  readonly topic: string;
  readonly ranking: LiveTopic<ScoredDealer>;
  readonly #client: FirstcallClient;
  readonly #states = new Map<string, readonly ScoredDealer[]>();
  #engine: string | null = null;
  #seq = 0;
  #wasStale = true;
  /** Changes of the engine that showed: the ranking was stale, and then came whole. */
  noticed = 0;
  /** Those that did not, and deltas that did not follow on what was there. */
  unnoticed = 0;
  changes = 0;

  constructor(client: FirstcallClient, topic: string) {
    this.topic = topic;
    this.#client = client;
    this.ranking = client.rankings(topic);
    this.ranking.onChange(({ kind }) => this.#take(kind));
  }

  /** Whether a state of the engine is what this ranking was at its number; null: it never had it. */
  isSame(engine: string, seq: number, rows: readonly ScoredDealer[]): boolean | null {
    const ours = this.#states.get(`${engine} ${seq}`);
    if (ours === undefined) return null;
    const byId = (list: readonly ScoredDealer[]) =>
      JSON.stringify([...list].sort((a, b) => (a.dealerId < b.dealerId ? -1 : 1)));
    return byId(ours) === byId(rows);
  }

  #take(kind: 'snapshot' | 'delta' | 'state'): void {
    const { state, seq, rows } = this.ranking;
    if (kind === 'state') {
      this.#wasStale = state !== 'live';
      return;
    }
    const { engine } = this.#client;
    const isSameEngine = engine === this.#engine;
    const isNext = kind === 'delta' && isSameEngine && seq === this.#seq + 1;
    const isWhole = kind === 'snapshot' && (isSameEngine || this.#wasStale);
    if (!isNext && !isWhole) this.unnoticed += 1;
    else if (!isSameEngine && this.#engine !== null) this.noticed += 1;
    this.changes += 1;
    // Deltas of an engine that is not ready are stale.
    this.#wasStale = state !== 'live';
    this.#engine = engine;
    this.#seq = seq ?? 0;
    this.#states.set(`${engine} ${seq}`, rows);
    if (this.#states.size > REMEMBERED) this.#states.delete(this.#states.keys().next().value!);
  }
}
