import { configFile } from './entries/config-file.ts';
import { historyQuery } from './entries/history-query.ts';
import { httpRequest } from './entries/http-request.ts';
import { mappingFile } from './entries/mapping-file.ts';
import { natsEvent } from './entries/nats-event.ts';
import { natsSelect } from './entries/nats-select.ts';
import { recordsFile } from './entries/records-file.ts';
import { replayCsv, replayNdjson } from './entries/replay-file.ts';
import { rulesFile } from './entries/rules-file.ts';
import { serverFrame } from './entries/server-frame.ts';
import { snapshotFile } from './entries/snapshot-file.ts';
import { websocketFrame } from './entries/websocket-frame.ts';
import type { FuzzEntry } from './entry.ts';

/** Every place where what others wrote comes in. A new one is a file in entries/ and a line here. */
export const ENTRIES: readonly FuzzEntry[] = [
  natsEvent,
  natsSelect,
  historyQuery,
  websocketFrame,
  httpRequest,
  rulesFile,
  configFile,
  mappingFile,
  recordsFile,
  replayCsv,
  replayNdjson,
  serverFrame,
  snapshotFile,
];
