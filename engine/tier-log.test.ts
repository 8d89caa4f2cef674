import { afterAll, beforeAll, expect, test } from 'vitest';
import { logNames } from '../schemas/subjects.ts';
import type { TierMessage } from '../schemas/tier-message.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import { readStream } from '../test/support/streams.ts';
import type { TierVerdict } from '../workers/tier-keeper.ts';
import { connectNats, ensureLog } from './platform/log.ts';
import { createPublisher } from './platform/publisher.ts';
import { TierLog } from './tier-log.ts';

const DAY_MICROS = 86_400e6;
const names = logNames('tierlog');

let nats: TestNats;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats?.stop());

const verdict = (day: number, assetClass: string): TierVerdict => ({
  assetClass,
  tsEvent: day * DAY_MICROS,
  changes: [{ dealerId: 'A', from: null, to: 1, composite: 0.9 }],
});

test('a verdict is written once, whoever makes it again, and another model has its own', async () => {
  const nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, 1);
  const told = async () =>
    (await readStream<TierMessage>(nc, names.decisionStream)).map(
      ({ tsEvent, assetClass, modelHash }) => `${modelHash} ${tsEvent / DAY_MICROS} ${assetClass}`,
    );
  const start = (modelHash: string) => {
    const publisher = createPublisher(nc, names);
    return { publisher, log: new TierLog(nc, names, publisher, modelHash) };
  };
  const first = start('m');
  void first.log.write([verdict(1, 'CORP'), verdict(1, 'FX')]);
  void first.log.write([verdict(2, 'FX')]);
  // As an engine that is closed does: what was begun is with the publisher before it is flushed.
  await first.log.write([]);
  await first.publisher.flush();
  expect(await told()).toEqual(['m 1 CORP', 'm 1 FX', 'm 2 FX']);

  const again = start('m');
  await again.log.write(['CORP', 'FX'].map((asset) => verdict(1, asset)));
  await again.log.write(['CORP', 'FX', 'MUNI'].map((asset) => verdict(2, asset)));
  await again.log.write([verdict(3, 'CORP')]);
  await again.publisher.flush();
  const all = ['m 1 CORP', 'm 1 FX', 'm 2 FX', 'm 2 MUNI', 'm 3 CORP'];
  expect(await told()).toEqual(all);

  const other = start('n');
  await other.log.write([verdict(1, 'CORP')]);
  await other.publisher.flush();
  expect(await told()).toEqual([...all, 'n 1 CORP']);
  await nc.close();
});
