import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DealerId } from '../schemas/ids.ts';
import type { DealerEvent } from '../schemas/reference.ts';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import { until } from '../test/support/engine.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import { readStream } from '../test/support/streams.ts';
import { DealerDirectory } from './dealer-directory.ts';
import { InstrumentMaster } from './instrument-master.ts';
import { connectNats, ensureLog } from './platform/log.ts';
import { createPublisher, type EventPublisher } from './platform/publisher.ts';
import { bucketOf, keyOf } from './record-mirror.ts';
import { ReferenceEditor } from './reference-editor.ts';

const PARTITIONS = 2;

let nats: TestNats;
let nc: NatsConnection;
let names: LogNames;
let logs = 0;
/** How far the log's time has come, to whoever edits. */
const EDITED = 1_700_000_000_500_000;
const closing: Array<() => Promise<void>> = [];

beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats?.stop());

beforeEach(async () => {
  names = logNames(`dealers${logs++}`);
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await nc.close();
});

interface Side {
  readonly directory: DealerDirectory;
  readonly editor: ReferenceEditor;
  readonly instruments: InstrumentMaster;
  readonly publisher: EventPublisher;
  flush(): Promise<void>;
}

/** What one engine has of it, with a connection of its own; caught up. */
async function openSide(): Promise<Side> {
  const own = await connectNats(nats.url, 'side');
  const publisher = createPublisher(own, names);
  const source = { nc: own, names, partitions: PARTITIONS, publisher };
  const onFatal = (error: unknown) => {
    throw error;
  };
  const directory = new DealerDirectory({ ...source, onFatal });
  const instruments = new InstrumentMaster(source);
  const editor = new ReferenceEditor({
    ...source,
    dealers: directory,
    instruments,
    eventTime: () => EDITED,
  });
  closing.push(async () => {
    await editor.close();
    await directory.close();
    await instruments.close();
    await publisher.flush();
    await own.close();
  });
  await until(() => directory.ready);
  const flush = async () => {
    await Promise.all([directory.flush(), editor.flush()]);
    await publisher.flush();
  };
  return { directory, editor, instruments, publisher, flush };
}

const dealer = (dealerId: string, fields: Partial<DealerEvent> = {}, n = 0): DealerEvent => ({
  kind: 'dealer',
  id: `${dealerId}-${n}`,
  tsEvent: 1_700_000_000_000_000 + n,
  dealerId: dealerId as DealerId,
  enabled: true,
  ...fields,
});

async function publish(...events: DealerEvent[]): Promise<void> {
  const publisher = createPublisher(nc, names);
  await publisher.publish('all', 'dealer', events);
  await publisher.flush();
}

interface Entry {
  readonly type: string;
  readonly sequence: number;
  readonly dealerId: string;
  readonly by: string | null;
  readonly reason: string | null;
  readonly before: DealerEvent | null;
  readonly after: DealerEvent;
}
const auditLog = () => readStream<Entry>(nc, names.decisionStream);

async function mirrored(id: string): Promise<Array<{ sequence: number; record: DealerEvent }>> {
  const bucket: KV = await new Kvm(nc).open(bucketOf(names, 'dealers'));
  const values = [];
  for await (const entry of await bucket.history({ key: keyOf(id) })) {
    values.push(JSON.parse(entry.string()));
  }
  return values;
}

const change = { by: 'ann', reason: 'review' };

describe('the dealer database', () => {
  it('has the newest record of the log, its versions in the bucket, and each change audited', async () => {
    await publish(dealer('A'), dealer('B'));
    const side = await openSide();
    expect(side.directory.sequence).toBe(1);
    expect([...side.directory.ids]).toEqual(['A', 'B']);
    await publish(dealer('A', { name: 'Alpha', changedBy: 'ann', changeReason: 'named' }, 1));
    // Says nothing new, and a repeat of the first version.
    await publish(dealer('B', {}, 1), dealer('A'));
    await side.directory.records.readThrough();
    expect(side.directory.get('A')?.name).toBe('Alpha');
    expect(side.directory.sequence).toBe(3);
    await side.flush();
    expect((await mirrored('A')).map(({ sequence, record }) => [sequence, record.name])).toEqual([
      [1, undefined],
      [2, 'Alpha'],
    ]);
    expect(
      (await auditLog()).map(({ dealerId, by, reason, before, after }) => ({
        change: [dealerId, by, reason],
        ids: [before?.id, after.id],
      })),
    ).toEqual([
      { change: ['A', null, null], ids: [undefined, 'A-0'] },
      { change: ['B', null, null], ids: [undefined, 'B-0'] },
      { change: ['A', 'ann', 'named'], ids: ['A-0', 'A-1'] },
    ]);
  });

  it('skips what is no record, and mirrors ids that are no keys', async () => {
    const odd = 'a*b.>c';
    nc.publish(names.events('all', 'dealer'), 'not a message');
    nc.publish(
      names.events('all', 'dealer'),
      JSON.stringify([dealer('A'), { ...dealer('B'), lei: 'short' }, dealer(odd)]),
    );
    await nc.flush();
    await publish(dealer('*', {}));
    const side = await openSide();
    expect([...side.directory.ids]).toEqual(['A', odd]);
    expect(side.directory.sequence).toBe(2);
    await side.flush();
    expect((await mirrored(odd)).map(({ record }) => record.dealerId)).toEqual([odd]);
  });

  it('is read again by the next engine, which writes nothing twice', async () => {
    await publish(...['A', 'B', 'C'].map((id) => dealer(id)));
    const first = await openSide();
    await first.editor.editDealer({
      id: 'B',
      mode: 'merge',
      fields: { enabled: false },
      ...change,
    });
    await first.flush();
    const [audited, versions] = [await auditLog(), await mirrored('B')];
    expect([audited.length, versions.length]).toEqual([4, 2]);
    const second = await openSide();
    expect(second.directory.all()).toEqual(first.directory.all());
    await second.editor.editDealer({
      id: 'B',
      mode: 'merge',
      fields: { enabled: true },
      ...change,
    });
    await Promise.all([first.directory.records.readThrough(), second.flush()]);
    await first.flush();
    expect((await auditLog()).slice(0, 4)).toEqual(audited);
    expect((await auditLog()).map(({ dealerId }) => dealerId)).toEqual(['A', 'B', 'C', 'B', 'B']);
    expect((await mirrored('B')).map(({ record }) => record.enabled)).toEqual([true, false, true]);
  });
});

describe('an edit', () => {
  it('replaces, merges, and leaves alone what is already so', async () => {
    const { editor, directory } = await openSide();
    const fields = { enabled: true, name: 'Alpha', creditLimit: { quantity: 5, currency: 'USD' } };
    const created = await editor.editDealer({ id: 'A', mode: 'replace', fields, ...change });
    expect(created).toMatchObject({ outcome: 'created', sequence: 1 });
    const patch = { name: null, creditLimit: { quantity: 7 } };
    const changed = await editor.editDealer({ id: 'A', mode: 'merge', fields: patch, ...change });
    expect(changed).toMatchObject({ outcome: 'changed', sequence: 2 });
    expect(directory.get('A')).toEqual(changed.record);
    expect(changed.record).toMatchObject({
      creditLimit: { quantity: 7, currency: 'USD' },
      tsEvent: EDITED,
      changedBy: 'ann',
      changeReason: 'review',
    });
    expect(changed.record.name).toBeUndefined();
    const again = await editor.editDealer({ id: 'A', mode: 'merge', fields: patch, ...change });
    expect(again).toMatchObject({ outcome: 'unchanged', sequence: 2 });
  });

  it('is refused in words', async () => {
    const { editor } = await openSide();
    await expect(
      editor.editDealer({ id: 'A', mode: 'merge', fields: {}, ...change }),
    ).rejects.toMatchObject({ code: 'noRecord' });
    await expect(
      editor.editDealer({ id: 'A', mode: 'replace', fields: { enabled: 1 }, ...change }),
    ).rejects.toMatchObject({ code: 'badRecord', message: 'enabled: must be boolean, got 1' });
    await expect(
      editor.editDealer({
        id: 'A',
        mode: 'replace',
        fields: { enabled: true },
        expectedSequence: 9,
        ...change,
      }),
    ).rejects.toMatchObject({ code: 'conflict', message: /^A: is at version 0, not 9/ });
  });

  it('of the same dealer at once: one wins, wherever it is made', async () => {
    await publish(dealer('A'));
    const sides = [await openSide(), await openSide()];
    const edits = [...sides, ...sides].map(({ editor }, i) =>
      editor.editDealer({ id: 'A', mode: 'merge', fields: { name: `N${i}` }, ...change }),
    );
    const settled = await Promise.allSettled(edits);
    const won = settled.flatMap((s) => (s.status === 'fulfilled' ? s.value : []));
    expect(won).toHaveLength(1);
    const reasons = settled.flatMap((s) => (s.status === 'rejected' ? s.reason.code : []));
    expect(reasons).toEqual(['conflict', 'conflict', 'conflict']);
    for (const { directory } of sides) {
      await directory.records.readThrough();
      expect(directory.get('A')).toEqual(won[0]!.record);
    }
  });

  it('of different dealers at once: all are made, and audited and mirrored once', async () => {
    const sides = [await openSide(), await openSide()];
    const ids = Array.from({ length: 40 }, (_, i) => `D${i}`);
    await Promise.all(
      ids.map((id, i) =>
        sides[i % 2]!.editor.editDealer({
          id,
          mode: 'replace',
          fields: { enabled: true },
          ...change,
        }),
      ),
    );
    for (const { directory, flush } of sides) {
      await directory.records.readThrough();
      await flush();
      expect([...directory.ids].sort()).toEqual([...ids].sort());
    }
    const audited = (await auditLog()).map(({ dealerId }) => dealerId);
    expect(audited.sort()).toEqual([...ids].sort());
    for (const id of ids) expect(await mirrored(id)).toHaveLength(1);
  });

  it('of an instrument goes to its partition, the audit log and the bucket', async () => {
    const { editor, instruments, flush } = await openSide();
    const fields = { assetClass: 'CORP', currency: 'EUR' };
    const edit = { id: 'XS1', mode: 'replace', fields, ...change } as const;
    expect(await editor.editInstrument(edit)).toMatchObject({ outcome: 'created' });
    expect(await editor.editInstrument(edit)).toMatchObject({ outcome: 'unchanged' });
    const merged = await editor.editInstrument({ ...edit, mode: 'merge', fields: { beta: 1 } });
    expect(merged.record).toMatchObject({ ...fields, beta: 1, instrumentId: 'XS1' });
    const partition = instruments.partitionOf('XS1');
    const events = await readStream<{ beta?: number }>(nc, names.stream(partition));
    expect(events.map(({ beta }) => beta)).toEqual([undefined, 1]);
    await flush();
    expect(await auditLog()).toMatchObject([
      { type: 'instrument', instrumentId: 'XS1', by: 'ann', before: null },
      { type: 'instrument', partition, reason: 'review', after: { beta: 1 } },
    ]);
    const bucket = await new Kvm(nc).open(bucketOf(names, 'instruments'));
    const value = JSON.parse((await bucket.get('XS1'))!.string());
    expect(value).toMatchObject({ partition, sequence: merged.sequence, record: { beta: 1 } });
  });
});
