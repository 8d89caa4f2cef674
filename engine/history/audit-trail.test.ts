import { jetstream } from '@nats-io/jetstream';
import { beforeEach, expect, test } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import type { DeadLetterRecord, DecisionRecord } from '../../schemas/decision-record.ts';
import { historyQuerySubject, type QueryReply } from '../../schemas/history-query.ts';
import type { DealerId, InstrumentId, OrderId } from '../../schemas/ids.ts';
import type { SelectedDealer } from '../../schemas/selection.ts';
import { bareSelection } from '../../schemas/testing/bare-selection.ts';
import { HistoryHarness, NOW_US } from '../../test/support/history.ts';
import type { History } from './history.ts';
import { QueryService } from './query-service.ts';

const harness = new HistoryHarness();
let history: History;

async function ask<T>(query: string, parameters: object = {}): Promise<readonly T[]> {
  const question = encode({ query, parameters });
  const reply = await harness.nc.request(historyQuerySubject(harness.names), question, {
    timeout: 60_000,
  });
  const answer = decode(reply.data) as QueryReply;
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.rows as readonly T[];
}

const sequencesOf = async (parameters: object): Promise<number[]> =>
  (await ask<DecisionRecord>('decisionRecords', parameters)).map(({ sequence }) => sequence);

function decision(id: string, instrumentId: string, dealerIds: readonly string[]) {
  const orderId = `O-${id}` as OrderId;
  const common = bareSelection({ orderId, instrumentId: instrumentId as InstrumentId });
  const dealers = dealerIds.map((dealerId) => ({
    dealerId: dealerId as DealerId,
    composite: 0.5,
  })) as unknown as SelectedDealer[];
  return { ...common, decisionId: id.padStart(16, '0'), dealers };
}

/** Records 1 to 6 of a decision stream. */
beforeEach(async () => {
  history = await harness.startHistory();
  const { nc, names, connection } = harness;
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
  const js = jetstream(nc);
  const put = (subject: string, record: object) => js.publish(subject, JSON.stringify(record));
  const rules = { type: 'rules', hash: 'h1', canonical: '{}', revision: 1 };
  await put(names.audit('rules'), { ...rules, text: '# first', by: 'bob', reason: 'start' });
  await put(names.decisions, decision('a1', 'XS1', ['ACACIA', 'BIRCH']));
  await put(names.audit('override'), {
    type: 'override',
    decisionId: 'a1'.padStart(16, '0'),
    orderId: 'O-a1',
    by: 'Ann',
    reason: 'knows better',
    recommended: ['ACACIA', 'BIRCH'],
    called: ['CEDAR'],
  });
  await put(names.decisions, decision('a2', 'XS2', ['BIRCH']));
  await put(names.audit('rules'), { ...rules, text: '# second', by: 'ann', reason: 'same' });
  await put(names.audit('tiers'), {
    type: 'tiers',
    assetClass: 'CORP',
    changes: [{ dealerId: 'CEDAR', from: null, to: 1 }],
  });
  await harness.caughtUp(history);
});

test('the audit trail is told newest first, each record by its kind', async () => {
  const records = await ask<DecisionRecord>('decisionRecords');
  expect(records.map(({ sequence, kind }) => [sequence, kind])).toEqual([
    [6, 'tiers'],
    [5, 'rules'],
    [4, 'selection'],
    [3, 'override'],
    [2, 'selection'],
    [1, 'rules'],
  ]);
  expect(records[3]).toMatchObject({
    order_id: 'O-a1',
    decision_id: '00000000000000a1',
    dealers: ['CEDAR'],
    recommended: ['ACACIA', 'BIRCH'],
    made_by: 'Ann',
    reason: 'knows better',
  });
  expect(records[4]).toMatchObject({
    order_id: 'O-a1',
    instrument_id: 'XS1',
    side: 'buy',
    quantity: 1_000_000,
    dealers: ['ACACIA', 'BIRCH'],
    about: 'rules',
  });
  expect(records[0]).toMatchObject({ about: 'CORP', dealers: ['CEDAR'] });
});

test('it is searched by ids, kind, person and time, and told a page at a time', async () => {
  expect(await sequencesOf({ text: 'o-A1' })).toEqual([3, 2]);
  expect(await sequencesOf({ text: 'xs2' })).toEqual([4]);
  expect(await sequencesOf({ text: 'cedar' })).toEqual([6, 3]);
  expect(await sequencesOf({ text: 'acacia' })).toEqual([3, 2]);
  expect(await sequencesOf({ text: '00000000000000a2' })).toEqual([4]);
  expect(await sequencesOf({ kind: 'selection' })).toEqual([4, 2]);
  expect(await sequencesOf({ kind: 'rules', by: 'ANN' })).toEqual([5]);
  expect(await sequencesOf({ by: 'ann' })).toEqual([5, 3]);
  expect(await sequencesOf({ fromUs: NOW_US + 3_600_000_000 })).toEqual([]);
  expect(await sequencesOf({ throughUs: NOW_US + 3_600_000_000, limit: 2 })).toEqual([6, 5]);
  expect(await sequencesOf({ before: 5, limit: 2 })).toEqual([4, 3]);
  await expect(sequencesOf({ kind: 'nonsense' })).rejects.toThrow('kind');
});

test('rules are found by their hash, as they were recorded next to a decision', async () => {
  const textAt = async (near: number) =>
    (await ask<{ text: string; made_by: string }>('rulesOfHash', { hash: 'h1', near }))[0];
  expect(await textAt(4)).toMatchObject({ text: '# first', made_by: 'bob' });
  expect(await textAt(6)).toMatchObject({ text: '# second', made_by: 'ann' });
  expect(await textAt(0)).toMatchObject({ text: '# first' });
  expect(await ask('rulesOfHash', { hash: 'other', near: 4 })).toEqual([]);
});

test('dead letters are told newest first, by reason, with as many bytes as are asked for', async () => {
  const { nc, names } = harness;
  const letter = { subject: 's', partition: 1, sequence: 9, index: 2 };
  for (const reason of ['invalid', 'future', 'invalid']) {
    const bytes = new Uint8Array([0, 255, 10, 34]);
    const content = encode({ ...letter, reason, detail: 'd', bytes });
    await jetstream(nc).publish(names.deadLetter(reason, 1), content);
  }
  await harness.caughtUp(history);
  const letters = await ask<DeadLetterRecord>('deadLetters', { reason: 'invalid', bytesMax: 3 });
  expect(letters.map(({ sequence }) => sequence)).toEqual([3, 1]);
  expect(letters[0]).toMatchObject({
    reason: 'invalid',
    detail: 'd',
    source_subject: 's',
    source_partition: 1,
    source_sequence: 9,
    source_index: 2,
    byte_count: 4,
    begin_base64: 'AP8K',
  });
  const [second] = await ask<DeadLetterRecord>('deadLetters', { before: 3, limit: 1 });
  expect(second).toMatchObject({ sequence: 2, reason: 'future', begin_base64: '' });
});
