import { writeSync } from 'node:fs';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createLogger } from '../engine/platform/logger.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import type { TickEvent } from '../schemas/events.ts';
import type { InstrumentId } from '../schemas/ids.ts';
import { logNames } from '../schemas/subjects.ts';

/**
 * A feed that publishes ticks `RUN-0`, `RUN-1`, ... to partitions 0 and 1 in turn until it is killed, and
 * writes a line with how many of them are confirmed. Arguments: URL, path of the spool, RUN.
 */
const [url, path, run] = process.argv.slice(2) as [string, string, string];
const GROUP = 20;
const names = logNames();
const nc = await connectNats(url, `feed ${run}`);
await ensureLog(nc, names, 2);
const logger = createLogger(run, { logLevel: 'fatal', logFormat: 'json' });
const publisher = createPublisher(nc, names, {
  spool: { path, bytesMax: 64 << 20, whenFull: 'refuse', logger },
});
for (let n = 0; ; n++) {
  const tick: TickEvent = {
    kind: 'tick',
    id: `${run}-${n}`,
    tsEvent: 1_700_000_000_000_000 + n,
    instrumentId: 'XS0000000001' as InstrumentId,
    mid: 100,
  };
  await publisher.publish(n % 2, 'tick', [tick]);
  if (n % GROUP !== GROUP - 1) continue;
  await publisher.kept();
  writeSync(1, `${n + 1}\n`);
}
