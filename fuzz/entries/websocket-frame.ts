import fc from 'fast-check';
import { Hub } from '../../engine/gateway/hub.ts';
import { Session } from '../../engine/gateway/session.ts';
import { Subscriber } from '../../engine/gateway/subscriber.ts';
import type { Socket } from '../../engine/gateway/transport.ts';
import { decode } from '../../schemas/codec.ts';
import { MAX_TOPICS_PER_FRAME, type ServerFrame } from '../../schemas/protocol.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';
import { orders } from '../inputs/samples.ts';
import { FuzzEngine } from './fuzz-engine.ts';

const topics = fc.array(
  fc.constantFrom('ALL', 'CORP', 'CORP/fillRate', 'sums:ALL', 'instrument:X'),
  {
    minLength: 1,
    maxLength: 5,
  },
);
const requestId = fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER);
const frames: fc.Arbitrary<object> = fc.oneof(
  fc.record({ type: fc.constantFrom('subscribe', 'unsubscribe', 'resync'), topics }),
  fc.record({ type: fc.constant('select'), requestId, order: orders }),
  fc.record({ type: fc.constantFrom('desk', 'ping'), requestId }),
);

/** Frames of a subscriber that has one topic already. */
export const websocketFrame: FuzzEntry = {
  name: 'websocket-frame',
  about: 'frames of subscribers (WebSocket)',
  inputs: messages(frames),
  bombs: MESSAGE_BOMBS,
  open: () => {
    const engine = new FuzzEngine();
    return { feed: (input) => receive(engine, input), close: () => engine.close() };
  },
};

function receive(engine: FuzzEngine, input: Uint8Array): Outcome {
  const hub = new Hub(engine);
  const socket = new CountingSocket();
  const session = new Session(hub, engine, new Subscriber(hub, socket, 'msgpack'), (error) => {
    throw error;
  });
  session.message(Buffer.from('{"type":"subscribe","topics":["CORP"]}'));
  session.message(input);
  session.closed();
  hub.close();
  engine.selected.length = 0;
  if (socket.sent.length > MAX_TOPICS_PER_FRAME) throw new Error(`${socket.sent.length} answers`);
  const error = socket.sent.find((frame) => frame.type === 'error');
  if (error === undefined) return { taken: null };
  return { refused: error.code, reason: error.message };
}

class CountingSocket implements Socket {
  readonly sent: ServerFrame[] = [];
  readonly bufferedBytes = 0;

  send(bytes: Uint8Array): void {
    this.sent.push(decode(bytes) as ServerFrame);
  }

  cork(work: () => void): void {
    work();
  }

  end(): void {}

  terminate(): void {}
}
