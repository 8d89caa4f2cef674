import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import { contentHash } from '../platform/hash.ts';
import { DEFAULT_MODEL } from '../scoring/model.ts';
import { BenchmarkBook } from './benchmark-book.ts';
import type { PartitionSnapshot } from './partition-snapshot.ts';
import { PartitionState } from './partition-state.ts';
import { clock, event, fill, ordered, rfq, tick } from './test-log.ts';

const LINKS = 20_000;

/** RFQ n is of order n, and its fill names order n + 1: from any of them the others can be reached. */
function chain(): FirstcallEvent[] {
  const events: FirstcallEvent[] = [tick(-1, 100)];
  for (let n = 0; n < LINKS; n++) {
    events.push(ordered(0, { orderId: `O${n}` }));
    events.push(rfq('A', { rfqId: `R${n}`, orderId: `O${n}` }));
    const names = { rfqId: `R${n}`, orderId: `O${n + 1}`, fillId: `F${n}` };
    events.push(fill('A', 5, 100.02, 1e6, names));
  }
  return events;
}

/** What the chain is resolved by: busts of some fills, then everything is due. */
function rest(): FirstcallEvent[] {
  const busts = [0, 777, LINKS - 1].map((n) =>
    event('fillBust', 6, { fillId: `F${n}`, rfqId: `R${n}`, dealerId: 'A' }),
  );
  return [...busts, tick(1_800, 100.05), clock(4_500), clock(200_000)];
}

function newState() {
  const analyses: string[] = [];
  const observed: string[] = [];
  const state = new PartitionState({
    model: DEFAULT_MODEL,
    benchmarks: new BenchmarkBook(DEFAULT_MODEL),
    sink: {
      observe: (observation, sign) => void observed.push(JSON.stringify([sign, observation])),
    },
    onAnalysis: (analysis: OrderAnalysis) => void analyses.push(JSON.stringify(analysis)),
  });
  const take = (events: readonly FirstcallEvent[]): void => {
    for (const each of events) {
      state.accept(each);
      state.drain();
    }
  };
  return { state, take, analyses, observed };
}

test('a chain of 20,000 RFQs and orders is serialized without recursing along it, and goes on', () => {
  const [first, later] = [chain(), rest()];
  const whole = newState();
  whole.take(first);
  // What is serialized while its links stand is too deep: this chain is one.
  let live: PartitionSnapshot | undefined;
  const bytes = whole.state.snapshot((snapshot) => {
    live = snapshot;
    return serialize(snapshot);
  });
  expect(() => serialize(live)).toThrow(RangeError);

  const resumed = newState();
  resumed.state.restore(deserialize(bytes) as PartitionSnapshot);
  const [analyses, observed] = [whole.analyses.length, whole.observed.length];
  for (const each of [whole, resumed]) each.take(later);
  const ofLater = [whole.analyses.slice(analyses), whole.observed.slice(observed)];
  expect(contentHash(resumed.analyses.join('\n'))).toBe(contentHash(ofLater[0]!.join('\n')));
  expect(contentHash(resumed.observed.join('\n'))).toBe(contentHash(ofLater[1]!.join('\n')));
  expect(resumed.analyses.length).toBeGreaterThanOrEqual(LINKS);
  expect(resumed.observed.length).toBeGreaterThan(LINKS);
});

test('whatever comes of a snapshot, its links are mended', () => {
  const { state, take, analyses } = newState();
  take(chain().slice(0, 31));
  const fail = (): never => {
    throw new Error('no room');
  };
  expect(() => state.snapshot(fail)).toThrow('no room');
  take(rest());
  const undisturbed = newState();
  undisturbed.take(chain().slice(0, 31));
  undisturbed.take(rest());
  expect(analyses).toEqual(undisturbed.analyses);
  expect(analyses.length).toBeGreaterThan(0);
});
