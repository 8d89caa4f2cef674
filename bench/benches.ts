import { catchUp } from './catch-up/catch-up.ts';
import { decode } from './decode/decode.ts';
import { fanOut } from './fan-out/fan-out.ts';
import { ingest } from './ingest/ingest.ts';
import { peersIngest } from './peers/peers-ingest.ts';
import { peersSelect } from './peers/peers-select.ts';
import { publishToScore } from './publish-to-score/publish-to-score.ts';
import { publishToSubscriber } from './publish-to-subscriber/publish-to-subscriber.ts';
import { scale } from './scale/scale.ts';
import { scaleOut } from './scale-out/scale-out.ts';
import { selectInProcess } from './select-in-process/select-in-process.ts';
import { selectUnderLoad } from './select-under-load/select-under-load.ts';
import { selectWebsocket } from './select-websocket/select-websocket.ts';
import type { Bench } from './support/bench.ts';

/** In the order in which they run. */
export const BENCHES: readonly Bench[] = [
  selectInProcess,
  selectWebsocket,
  selectUnderLoad,
  publishToScore,
  publishToSubscriber,
  decode,
  fanOut,
  ingest,
  scale,
  peersSelect,
  peersIngest,
  scaleOut,
  catchUp,
];
