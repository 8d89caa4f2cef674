import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId } from '../../schemas/ids.ts';
import { Disorder, type EventSource } from './disorder.ts';

const MINUTE = 60_000_000;
const KINDS = ['tick', 'clock', 'dealer'] as const;

/** Events `gaps` apart, one after the other. */
function eventsOf(gaps: readonly (readonly [gap: number, kind: number])[]): FirstcallEvent[] {
  let tsEvent = 0;
  return gaps.map(([gap, kind], n) => {
    tsEvent += gap;
    const common = { id: `e${n}`, tsEvent };
    const isTick = KINDS[kind] === 'tick';
    if (isTick) return { ...common, kind: 'tick', instrumentId: 'X' as InstrumentId, mid: 1 };
    if (KINDS[kind] === 'clock') return { ...common, kind: 'clock' };
    return { ...common, kind: 'dealer', dealerId: 'D' as DealerId, enabled: true };
  });
}

function sourceOf(events: readonly FirstcallEvent[]): EventSource {
  let next = 0;
  return {
    get nextTs() {
      return events[next]?.tsEvent ?? Number.POSITIVE_INFINITY;
    },
    advance(ts) {
      const from = next;
      while (next < events.length && events[next]!.tsEvent <= ts) next++;
      return events.slice(from, next);
    },
  };
}

/** What goes out, with the simulated time of its going out. */
function play(events: readonly FirstcallEvent[], options: Options, stepMicros: number) {
  const disorder = new Disorder(sourceOf(events), options);
  const out: { event: FirstcallEvent; ts: number }[] = [];
  const end = (events.at(-1)?.tsEvent ?? 0) + 31 * MINUTE;
  for (let ts = 0; ts < end; ts += stepMicros) {
    for (const event of disorder.advance(ts)) out.push({ event, ts });
    expect(disorder.nextTs).toBeGreaterThan(ts);
  }
  for (const event of disorder.advance(end)) out.push({ event, ts: end });
  expect(disorder.release()).toEqual([]);
  expect(disorder.waiting).toBe(0);
  return out;
}

interface Options {
  readonly seed: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
}

const gaps = fc.array(fc.tuple(fc.nat(3 * MINUTE), fc.nat(2)), { maxLength: 60 });
const share = fc.constantFrom(0, 0.3, 1);
const anyOptions = fc.record({ seed: fc.nat(), duplicates: share, outOfOrder: share });

test('every event comes once or twice, the same each time, and none is made up', () => {
  fc.assert(
    fc.property(gaps, anyOptions, (list, options) => {
      const events = eventsOf(list);
      const out = play(events, options, MINUTE);
      expect(new Set(out.map(({ event }) => event))).toEqual(new Set(events));
      for (const event of events) {
        const times = out.filter((each) => each.event === event).length;
        const most = event.kind === 'tick' && options.duplicates > 0 ? 2 : 1;
        const least = event.kind === 'tick' && options.duplicates === 1 ? 2 : 1;
        expect(times).toBeGreaterThanOrEqual(least);
        expect(times).toBeLessThanOrEqual(most);
      }
    }),
  );
});

test('none comes before its time, nor later than the settings say', () => {
  fc.assert(
    fc.property(gaps, anyOptions, (list, options) => {
      const held = options.outOfOrder > 0 ? 10 * MINUTE : 0;
      const repeated = options.duplicates > 0 ? 20 * MINUTE : 0;
      const seen = new Set<FirstcallEvent>();
      for (const { event, ts } of play(eventsOf(list), options, MINUTE)) {
        const isTick = event.kind === 'tick';
        const most = isTick ? held + (seen.has(event) ? repeated : 0) : 0;
        seen.add(event);
        expect(ts).toBeGreaterThanOrEqual(event.tsEvent);
        expect(ts).toBeLessThan(event.tsEvent + most + MINUTE);
      }
    }),
  );
});

test('what goes out, and in which order, does not depend on how often it is asked for', () => {
  fc.assert(
    fc.property(gaps, anyOptions, fc.integer({ min: 1, max: 60 }), (list, options, minutes) => {
      const events = eventsOf(list);
      const often = play(events, options, MINUTE).map(({ event }) => event);
      expect(play(events, options, minutes * MINUTE).map(({ event }) => event)).toEqual(often);
    }),
  );
});

test('one share does not change what the other does', () => {
  fc.assert(
    fc.property(gaps, fc.nat(), (list, seed) => {
      const events = eventsOf(list);
      const heldOnly = play(events, { seed, duplicates: 0, outOfOrder: 0.5 }, MINUTE);
      const both = play(events, { seed, duplicates: 0.5, outOfOrder: 0.5 }, MINUTE);
      const first = new Map(both.toReversed().map(({ event, ts }) => [event, ts]));
      for (const { event, ts } of heldOnly) expect(first.get(event)).toBe(ts);
    }),
  );
});
