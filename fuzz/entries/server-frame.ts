import fc from 'fast-check';
import { FirstcallClient } from '../../client/src/client.ts';
import type { SocketLike } from '../../client/src/socket.ts';
import { sumsRow } from '../../client/src/testing/sums-rows.ts';
import { scoredDealer } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { encode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { bareSelection } from '../../schemas/testing/bare-selection.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';

const POSITION = { partitions: [7, 9], all: 3, tiers: 0 };
const STATUS = {
  type: 'status',
  ready: true,
  degradedPartitions: [],
  modelHash: 'model',
  rulesHash: 'rules',
  directory: 0,
  asOf: 5,
  scopes: ['ALL', 'CORP'],
};
const RANKED = { topic: 'ALL', asOf: 5, position: POSITION };
const SUMS = { ...RANKED, topic: 'sums:ALL' };
const ranked = [scoredDealer('GS', 0.9, 3), scoredDealer('MS', 0.8, 3)];
const sums = [sumsRow('GS', 1), sumsRow('*', 2)];
const desk = { rulesHash: 'rules', rules: '{}', directory: 0, dealers: [] };

const frames = fc.constantFrom<unknown>(
  STATUS,
  { type: 'snapshot', ...RANKED, seq: 5, modelHash: 'model', rows: ranked },
  { type: 'delta', ...RANKED, seq: 2, rows: ranked.slice(1), removed: ['GS'] },
  { type: 'snapshot', ...SUMS, seq: 5, modelHash: 'model', rows: sums },
  { type: 'delta', ...SUMS, seq: 2, rows: sums.slice(1), removed: ['GS'] },
  { type: 'selection', requestId: 2, selection: bareSelection() },
  { type: 'desk', requestId: 1, ...desk },
  { type: 'error', code: 'unknownTopic', message: 'no', topic: 'ALL' },
  { type: 'error', code: 'badOrder', message: 'no', requestId: 2 },
  { type: 'pong', requestId: 0 },
);
const ORDER = { orderId: 'O', instrumentId: 'I', side: 'buy', quantity: 1, tsEvent: 10 } as const;

/** Frames that a client gets. What it refuses costs the connection, which is made anew. */
export const serverFrame: FuzzEntry = {
  name: 'server-frame',
  about: 'frames that a client gets (WebSocket)',
  inputs: messages(frames),
  bombs: MESSAGE_BOMBS,
  open: () => ({ feed: receive, close: () => {} }),
};

async function receive(input: Uint8Array): Promise<Outcome> {
  const sockets: FakeSocket[] = [];
  const client = new FirstcallClient({ url: 'ws://localhost:1' }, () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  });
  const [socket] = sockets;
  const problems: FirstcallError[] = [];
  client.onProblem((problem) => problems.push(problem));
  const replicas = [client.rankings('ALL'), client.sums('ALL')];
  const watch = client.watchInstrument('I');
  socket!.onopen?.({} as never);
  for (const frame of GOOD_START) socket!.receive(encode(frame));
  const answer = client.select(ORDER).catch(() => null);
  socket!.receive(input);
  for (const { rows, state, ageMs } of replicas) if (rows === null || !state || ageMs < 0) break;
  trySelection(client);
  watch.close();
  client.close();
  await answer;
  const [problem] = problems;
  return problem === undefined ? { taken: null } : refusalOf(problem);
}

/** The engine's own words are passed on as they are. */
function refusalOf({ code, message }: FirstcallError): Outcome {
  const refused = /^[A-Za-z]{1,20}$/.test(code) ? code : 'other';
  return { refused, reason: message.slice(0, 1_000) || 'nothing said' };
}

const GOOD_START = [
  STATUS,
  { type: 'snapshot', ...RANKED, seq: 1, modelHash: 'model', rows: ranked },
  { type: 'snapshot', ...SUMS, seq: 1, modelHash: 'model', rows: sums },
  { type: 'desk', requestId: 1, ...desk },
];

function trySelection(client: FirstcallClient): void {
  try {
    client.selectLocally(ORDER);
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
  }
}

class FakeSocket implements SocketLike {
  binaryType = '';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;

  receive(bytes: Uint8Array): void {
    const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    this.onmessage?.({ data } as never);
  }

  send(): void {}

  close(): void {}
}
