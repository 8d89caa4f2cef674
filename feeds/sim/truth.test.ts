import { expect, test } from 'vitest';
import { priceImprovementBps } from '../../engine/scoring/signs.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { DEFAULT_SIM_OPTIONS } from '../test-support/sim-defaults.ts';
import { Market } from './market.ts';
import { Truth } from './truth.ts';

const DAY = 86_400_000_000;
const START = Date.parse('2024-04-01T00:00Z') * 1000;
const OPTIONS = { ...DEFAULT_SIM_OPTIONS, startTs: START, liveFromTs: null };

/** A crude scorer: undecayed means of three of the four metrics, as the composite weighs them. */
class Scores {
  readonly #dealers = new Map<
    string,
    { asked: number; won: number; bps: number; seconds: number; quotes: number }
  >();
  readonly #mids = new Map<string, number>();
  readonly #rfqs = new Map<string, { mid: number; sent: Map<string, number> }>();

  apply(event: FirstcallEvent): void {
    if (event.kind === 'tick' && event.bid !== undefined) {
      this.#mids.set(event.instrumentId, (event.bid + event.ask!) / 2);
    } else if (event.kind === 'rfq') {
      const sent = new Map(event.asks.map((ask) => [ask.dealerId as string, ask.tsSent]));
      this.#rfqs.set(event.rfqId, { mid: this.#mids.get(event.instrumentId)!, sent });
      for (const dealerId of sent.keys()) this.#of(dealerId).asked++;
    } else if (event.kind === 'quote' && event.quoteKind === 'firm') {
      const tsSent = this.#rfqs.get(event.rfqId!)?.sent.get(event.dealerId) ?? event.tsEvent;
      const dealer = this.#of(event.dealerId);
      dealer.quotes++;
      dealer.seconds += Math.min(60, (event.tsEvent - tsSent) / 1e6);
    } else if (event.kind === 'fill') {
      const { mid } = this.#rfqs.get(event.rfqId!)!;
      const dealer = this.#of(event.dealerId);
      dealer.won++;
      dealer.bps += priceImprovementBps(event.side === 'buy' ? 1 : -1, mid, event.price);
    }
  }

  scoreOf(dealerId: string): number {
    const { asked, won, bps, seconds, quotes } = this.#of(dealerId);
    const improvement = (bps - 5) / (won + 5);
    return (
      0.3 * (won / Math.max(1, asked)) +
      0.4 * (1 + improvement / 10) +
      0.1 * (1 - seconds / Math.max(1, quotes) / 60)
    );
  }

  #of(dealerId: string) {
    const dealer = this.#dealers.get(dealerId) ?? {
      asked: 0,
      won: 0,
      bps: 0,
      seconds: 0,
      quotes: 0,
    };
    this.#dealers.set(dealerId, dealer);
    return dealer;
  }
}

/** Spearman's rank correlation, no ties. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => {
    const order = values.map((_, index) => index).sort((i, j) => values[i]! - values[j]!);
    return values.map((_, index) => order.indexOf(index));
  };
  const [x, y] = [ranks(a), ranks(b)];
  const squares = x.reduce((sum, rank, index) => sum + (rank - y[index]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

test('even a crude score comes nearer to the truth with more data', () => {
  const market = new Market(OPTIONS);
  const scores = new Scores();
  const ranking = new Truth(OPTIONS).ranking('ALL');
  const correlations = [1, 5, 60].map((days) => {
    for (const event of market.advance(START + days * DAY)) scores.apply(event);
    return rankCorrelation(
      ranking.map(({ composite }) => composite),
      ranking.map(({ dealerId }) => scores.scoreOf(dealerId)),
    );
  }) as [number, number, number];
  expect(correlations[2]).toBeGreaterThan(correlations[0]);
  expect(correlations[2]).toBeGreaterThan(0.8);
});

test('the truth is the same every time, best first, for each scope', () => {
  const [truth, again] = [new Truth(OPTIONS), new Truth(OPTIONS)];
  const scopes = truth.scopes();
  expect(scopes.slice(0, 5)).toEqual(['ALL', 'FX', 'CORP', 'MUNI', 'EM']);
  for (const scope of ['ALL', 'MUNI', scopes.at(-1)!]) {
    const ranking = truth.ranking(scope);
    expect(again.ranking(scope)).toEqual(ranking);
    const composites = ranking.map(({ composite }) => composite);
    expect(composites).toEqual(composites.toSorted((a, b) => b - a));
    const [best] = ranking;
    expect(truth.trueSkill(best!.dealerId, scope)).toBe(best!.composite);
  }
  expect(() => truth.ranking('CORP-NOSUCH-A-NA')).toThrow('no instrument is in scope');
});

test('dealers differ enough to be worth ranking, and from class to class', () => {
  const truth = new Truth(OPTIONS);
  const all = truth.ranking('ALL');
  expect(all.length).toBe(OPTIONS.dealers);
  expect(all[0]!.composite - all.at(-1)!.composite).toBeGreaterThan(0.15);
  const ids = (scope: string) => truth.ranking(scope).map(({ dealerId }) => dealerId);
  expect(ids('MUNI')).not.toEqual(ids('CORP'));
});
