import { expect, test } from 'vitest';
import { segmentOf } from '../../engine/scoring/scopes.ts';
import { refuseEvent } from '../../schemas/validate.ts';
import { ASSET_CLASSES, ASSET_PROFILES } from './asset-profiles.ts';
import { inventDealers, TraitBook } from './dealers.ts';
import { inventInstruments } from './instruments.ts';
import { instrumentEvent, referenceEvents } from './reference-events.ts';

const START = Date.parse('2024-05-01') * 1000;

test('one more instrument or dealer changes no other', () => {
  const shorter = inventInstruments(5, 120, START);
  const longer = inventInstruments(5, 139, START);
  const byId = new Map(longer.map((instrument) => [instrument.instrumentId, instrument]));
  for (const instrument of shorter) {
    expect(byId.get(instrument.instrumentId)).toEqual(instrument);
  }
  expect(inventDealers(5, 41).slice(0, 40)).toEqual(inventDealers(5, 40));
});

test('ids are unique and every record is valid', () => {
  const instruments = inventInstruments(1, 2000, START);
  const dealers = inventDealers(1, 300);
  expect(new Set(instruments.map((instrument) => instrument.instrumentId)).size).toBe(2000);
  expect(new Set(dealers.map((dealer) => dealer.dealerId)).size).toBe(300);
  const events = referenceEvents(dealers, instruments, START);
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  expect(events.map(refuseEvent).filter((refusal) => refusal !== null)).toEqual([]);
});

test('the mix of asset classes is what their shares say', () => {
  const instruments = inventInstruments(1, 200, START);
  for (const asset of ASSET_CLASSES) {
    const count = instruments.filter((instrument) => instrument.assetClass === asset).length;
    expect(Math.abs(count - 200 * ASSET_PROFILES[asset].share)).toBeLessThanOrEqual(1);
  }
  const issuers = new Set(instruments.map((instrument) => instrument.issuerId));
  expect(issuers.size).toBeLessThan(50);
});

test('an instrument stays in its segment for months, so that its dealers keep their skill', () => {
  for (const instrument of inventInstruments(1, 200, START)) {
    const event = instrumentEvent(instrument, START);
    const later = START + 100 * 86_400_000_000;
    expect(segmentOf(event, later)).toBe(segmentOf(event, START));
  }
});

test('a dealer differs from segment to segment, less than dealers do from one another', () => {
  const traits = new TraitBook(3);
  const dealers = inventDealers(3, 40).filter((dealer) => dealer.covers.includes('CORP'));
  const [here, next] = ['CORP-FIN-A-5_10', 'CORP-FIN-A-2_5'].map((segment) =>
    dealers.map((dealer) => traits.of(dealer, segment).markupBps),
  ) as [number[], number[]];
  expect(here).not.toEqual(next);
  const own = here.reduce((sum, markup, i) => sum + Math.abs(markup - next[i]!), 0);
  const others = here.reduce((sum, markup, i) => sum + Math.abs(markup - here.at(i - 1)!), 0);
  expect(own).toBeLessThan(others);
});
