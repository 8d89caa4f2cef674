// An OMS in thirty lines: watch a ranking, and when an order arrives ask whom to call, first over
// the wire and then computed here on a live replica. Start Firstcall, then: npm run example
import { connectFirstcall } from '@firstcall/client';

const firstcall = connectFirstcall({ url: process.env.FIRSTCALL_URL ?? 'ws://127.0.0.1:7700' });
firstcall.onProblem((problem) => console.error(`firstcall: ${problem.message}`));
const waiting = setTimeout(() => {
  console.error('no engine: start one with npm start, or name it with FIRSTCALL_URL');
  process.exit(1);
}, 15_000);
await firstcall.whenLive();
clearTimeout(waiting);

const ranking = firstcall.rankings('ALL');
for await (const { rows, asOf } of ranking) {
  if (asOf === null || rows.length === 0) continue;
  console.log(
    'Best dealers:',
    rows
      .slice(0, 3)
      .map((dealer) => dealer.dealerId)
      .join(', '),
  );
  break;
}

const order = {
  orderId: `example-${process.pid}`,
  instrumentId: process.argv[2] ?? 'USDTHB',
  side: 'sell' as const,
  quantity: 2_000_000,
  tsEvent: Date.now() * 1000,
  count: 4,
};
const { dealers } = await firstcall.select(order);
for (const { callOrder, dealerId, reason } of dealers) console.log(callOrder, dealerId, reason);

await firstcall.watchInstrument(order.instrumentId).whenLive();
const local = firstcall.selectLocally(order);
console.log('Computed here:', local.dealers.map((dealer) => dealer.dealerId).join(', '));
firstcall.close();
