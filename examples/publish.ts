// A feed in thirty lines: publishes a price and a broken quote, and shows how the second comes back
// as a dead letter. Start Firstcall, then: FIRSTCALL_NATS_URL=nats://... npm run example:publish
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { decode, encode } from '../schemas/codec.ts';
import { logNames, partitionOf } from '../schemas/subjects.ts';

const servers = process.env.FIRSTCALL_NATS_URL;
if (servers === undefined) throw new Error('FIRSTCALL_NATS_URL: npm start prints it');
const nc = await connect({ servers });
const names = logNames();
const partition = partitionOf('USDTHB', 8);
const now = Date.now() * 1000; // Microseconds.

const letters = nc.subscribe(`${names.root}.deadletter.>`, { max: 1 });
const tick = { kind: 'tick', id: `t${now}`, tsEvent: now, instrumentId: 'USDTHB', mid: 32.5 };
const crossed = {
  ...{ kind: 'quote', id: `q${now}`, tsEvent: now, quoteId: `q${now}`, dealerId: 'EXAMPLE' },
  ...{ instrumentId: 'USDTHB', quoteKind: 'indicative', bid: 32.6, ask: 32.4 },
};
const js = jetstream(nc);
await js.publish(names.events(partition, 'tick'), encode(tick));
await js.publish(names.events(partition, 'quote'), JSON.stringify(crossed));
console.log('published a tick and a quote whose ask is below its bid');

for await (const letter of letters) {
  const { reason, detail } = decode(letter.data) as { reason: string; detail: string };
  console.log(`dead letter: ${reason}: ${detail}`);
}
await nc.close();
