import { expect, test } from 'vitest';
import type { CallGroup, DealerFilter } from '../rules/decided.ts';
import { DEFAULT_MODEL } from '../scoring/model.ts';
import { callListOf } from './call-list.ts';
import { NO_DEALER_RECORDS } from './dealer-records.ts';
import { DealerView } from './dealer-view.ts';
import { someRows, T0 } from './testing/some-rows.ts';

const rows = someRows({ 'instrument:X': {}, ALL: { A: {}, B: {}, C: {}, D: {}, E: {} } });
const view = new DealerView({
  rows,
  records: NO_DEALER_RECORDS,
  instrument: undefined,
  model: DEFAULT_MODEL,
  memory: undefined,
  asOf: T0,
});
/** E, D, C, B, A. */
const RANKED = Int32Array.of(4, 3, 2, 1, 0);

const only = (names: string): DealerFilter => ({
  refuse: ({ dealerId }) => (names.includes(dealerId) ? null : 'is another'),
  says: `is one of ${names}`,
});
const group = (count: CallGroup['count'], names?: string): CallGroup => ({
  count,
  filter: names === undefined ? null : only(names),
});

function call(groups: readonly CallGroup[], maxDealers?: number, recommended = 0) {
  const limit = maxDealers === undefined ? null : { value: maxDealers, rule: null };
  const said = { call: { value: groups, rule: null }, maxDealers: limit };
  const { dealers, lastGroup } = callListOf(view, RANKED, said, recommended);
  return [dealers.map((dealer) => rows.dealers[dealer]).join(''), groups.indexOf(lastGroup!)];
}

test('groups are filled in their order, each from its best, and nobody is called twice', () => {
  expect(call([group(1, 'AB'), group(2), group('all', 'AE')])).toEqual(['BEDA', 2]);
});

test('all takes whoever is left, and what comes after it finds nobody', () => {
  expect(call([group('all', 'AC'), group('all'), group(3)])).toEqual(['CAEDB', 1]);
});

test('recommended is what the curve says', () => {
  expect(call([group('recommended')], undefined, 2)).toEqual(['ED', 0]);
  expect(call([group('recommended')], undefined, 0)).toEqual(['', -1]);
});

test('the limit is of all groups together, and the last group is the one that filled the last place', () => {
  expect(call([group(2, 'ABC'), group('all')], 3)).toEqual(['CBE', 1]);
  expect(call([group(2, 'ABC'), group('all')], 2)).toEqual(['CB', 0]);
});

test('a group that nobody fits is passed over', () => {
  expect(call([group(2, 'Z'), group(1)])).toEqual(['E', 1]);
  expect(call([group(2), group(2, 'Z')])).toEqual(['ED', 0]);
  expect(call([group('all', 'Z')])).toEqual(['', -1]);
});
