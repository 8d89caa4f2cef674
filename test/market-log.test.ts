import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../engine/scoring/metrics.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { NullReason } from '../schemas/order-analysis.ts';
import { refuseEvent } from '../schemas/validate.ts';
import { type MarketLog, marketLogs } from './support/market-log/market-log.ts';
import { marketOf } from './support/naive-oracle/admitted.ts';
import { naiveAnalyses } from './support/naive-oracle/analyses.ts';
import { naiveResults } from './support/naive-oracle/observations.ts';
import type { NaiveResult } from './support/naive-oracle/results.ts';
import { naiveRfqs } from './support/naive-oracle/rfqs.ts';

/** What the properties of scoring.prop.test.ts see of the contract: they must not hold of nothing. */
const MARKETS = 300;
const SEED = 1;

let markets: MarketLog[];
let results: NaiveResult[];

beforeAll(() => {
  markets = fc.sample(marketLogs, { numRuns: MARKETS, seed: SEED });
  results = markets.flatMap(({ log, shared, model }) => naiveResults(log, shared, model));
});

const countOf = (keep: (result: NaiveResult) => boolean): number => results.filter(keep).length;

describe('random markets', () => {
  it('are made of valid events', () => {
    const events = markets.flatMap(({ log, shared }) => [...log, ...shared]);
    expect(events.map(refuseEvent).filter((refusal) => refusal !== null)).toEqual([]);
  });

  it.each([...METRIC_NAMES, 'tca.toxicity', 'tca.hitRatio'])(
    'have observations of %s',
    (metric) => {
      const seen = countOf(
        (result) => result.metric === metric && typeof result.value === 'number',
      );
      expect(seen).toBeGreaterThan(20);
    },
  );

  it.each<[string, NullReason]>([
    ['priceImprovementBps', 'stale'],
    ['priceImprovementBps', 'absurd'],
    ['reversion1mBps', 'stale'],
    ['reversion1mBps', 'noNewTick'],
    ['reversion30mBps', 'noNewTick'],
    ['reversion30mBps', 'absurd'],
    ['requestDriftBps', 'stale'],
    ['requestDriftBps', 'noNewTick'],
    ['requestDriftBps', 'noSide'],
    ['requestDriftBps', 'absurd'],
    ['coverBps', 'stale'],
    ['coverBps', 'lone'],
    ['coverBps', 'noSide'],
    ['coverBps', 'absurd'],
    ['quoteRate', 'endedEarly'],
    ['responseSeconds', 'endedEarly'],
    ['sizeRatio', 'noSize'],
    ['axeHonesty', 'noSize'],
    ['axeHonesty', 'noSide'],
    ['quoteDistanceBps', 'lone'],
    ['quoteDistanceBps', 'absurd'],
  ])('have %s that is null because it is %s', (metric, reason) => {
    expect(
      countOf((result) => result.metric === metric && result.value === reason),
    ).toBeGreaterThan(0);
  });

  it.each([
    ['fillRate', [0, 1]],
    ['quoteRate', [0, 1]],
    ['fadeRate', [0, 1]],
    ['axeHonesty', [0, 1]],
    ['winWhenQuoted', [0, 1]],
    ['responseSeconds', [5, 60]],
  ])('have %s of %s', (metric, values) => {
    for (const value of values) {
      expect(countOf((r) => r.metric === metric && r.value === value)).toBeGreaterThan(5);
    }
  });

  it('have split scopes, shared wins, split lines and changing maturities', () => {
    expect(countOf(({ scopes }) => scopes.some((s) => s.endsWith('-BUY-SZ1')))).toBeGreaterThan(5);
    expect(countOf((r) => r.metric === 'winWhenQuoted' && r.value === 0.5)).toBeGreaterThan(5);
    expect(countOf(({ quantity }) => quantity === 0.25)).toBeGreaterThan(5);
    expect(countOf(({ scopes }) => scopes.some((s) => s.endsWith('-0_2')))).toBeGreaterThan(5);
    expect(countOf(({ scopes }) => scopes.some((s) => s.endsWith('-2_5')))).toBeGreaterThan(5);
  });

  it('have late events, repeats, conflicts and ties', () => {
    const market = markets.map(({ log, shared, model }) => marketOf(log, shared, model));
    const dropped = markets.map(({ log }, i) => log.length - market[i]!.log.length);
    expect(dropped.filter((count) => count > 0).length).toBeGreaterThan(MARKETS / 2);
    const ticksAtOneTime = (log: readonly FirstcallEvent[]) =>
      new Set(log.flatMap((e) => (e.kind === 'tick' ? [`${e.instrumentId} ${e.tsEvent}`] : [])))
        .size < log.filter((e) => e.kind === 'tick').length;
    expect(markets.filter(({ log }) => ticksAtOneTime(log)).length).toBeGreaterThan(50);
  });

  it('have RFQs of every end, settled parts and busts that count and that do not', () => {
    const seen: Record<string, number> = {};
    const count = (what: string, times: number) => {
      seen[what] = (seen[what] ?? 0) + times;
    };
    for (const { log, shared, model } of markets) {
      const market = marketOf(log, shared, model);
      for (const rfq of naiveRfqs(market)) {
        count(`${rfq.reason} ${rfq.isClosed ? 'closed' : 'open'}`, 1);
        count('notAsked', rfq.asked.length === 0 ? 1 : 0);
        const fills = market.log.filter(
          ({ event }) => event.kind === 'fill' && event.rfqId === rfq.event.rfqId,
        );
        const busted = new Set(
          market.log.flatMap(({ event }) => (event.kind === 'fillBust' ? [event.fillId] : [])),
        );
        const stands = new Set(rfq.fills.map(({ event }) => event.fillId));
        for (const { event } of fills) {
          if (event.kind !== 'fill') continue;
          if (stands.has(event.fillId)) count(busted.has(event.fillId) ? 'bustTooLate' : 'fill', 1);
          else count(busted.has(event.fillId) ? 'bust' : 'fillTooLate', 1);
        }
      }
    }
    for (const what of [
      'traded closed',
      'cancelled closed',
      'expired closed',
      'expired open',
      'notAsked',
      'fill',
      'fillTooLate',
      'bust',
      'bustTooLate',
    ]) {
      expect(seen[what] ?? 0, what).toBeGreaterThan(0);
    }
  });

  it('have analyses with every figure, and with none of them', () => {
    const analyses = markets.flatMap(({ log, shared, model }) => naiveAnalyses(log, shared, model));
    expect(analyses.length).toBeGreaterThan(50);
    const names = Object.keys(analyses[0]!.figures) as (keyof (typeof analyses)[0]['figures'])[];
    for (const name of names) {
      expect(analyses.filter(({ figures }) => figures[name] !== null).length, name).toBeGreaterThan(
        5,
      );
      expect(analyses.filter(({ nulls }) => nulls[name] === 'stale').length, name).toBeGreaterThan(
        0,
      );
    }
    expect(analyses.filter(({ fills }) => fills.length > 1).length).toBeGreaterThan(5);
    const isOverfilled = analyses.filter((a) => a.filledQuantity === a.quantity);
    expect(isOverfilled.length).toBeGreaterThan(5);
  });
});
