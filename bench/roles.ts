import { historyRole } from './catch-up/history-role.ts';
import { decodeRole } from './decode/decode-role.ts';
import { fanOutCrowdRole } from './fan-out/crowd-role.ts';
import { fanOutPeerRole } from './fan-out/peer-role.ts';
import { readerRole } from './ingest/reader-role.ts';
import { ingestPeerRole } from './peers/ingest-peer-role.ts';
import { selectPeerRole } from './peers/select-peer-role.ts';
import { scoreLoadRole } from './publish-to-score/load-role.ts';
import { sightingRole } from './publish-to-score/sighting-role.ts';
import { publisherRole } from './publish-to-subscriber/publisher-role.ts';
import { scaleRole } from './scale/scale-role.ts';
import { marketRole } from './select-under-load/market-role.ts';
import { echoServerRole } from './select-websocket/echo-server.ts';
import { loadClientRole } from './select-websocket/load-client.ts';
import type { RoleMethods } from './support/role.ts';

/** Processes that benchmarks start besides the engine and its servers: this program in a role. */
export const ROLES: Readonly<Record<string, () => RoleMethods>> = {
  decode: decodeRole,
  'echo-server': echoServerRole,
  'fan-out-crowd': fanOutCrowdRole,
  'fan-out-peer': fanOutPeerRole,
  'ingest-peer': ingestPeerRole,
  history: historyRole,
  'load-client': loadClientRole,
  market: marketRole,
  publisher: publisherRole,
  reader: readerRole,
  scale: scaleRole,
  'select-peer': selectPeerRole,
  'score-load': scoreLoadRole,
  sighting: sightingRole,
};
