import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decode, encode } from '../../schemas/codec.ts';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import { type SelectionFrame, SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import { atMost } from '../support/at-most.ts';
import { Latencies } from '../support/latencies.ts';
import { fixedRate, nowNanos, paceOpenLoop } from '../support/open-loop.ts';
import type { RoleMethods } from '../support/role.ts';

export interface LoadTargets {
  readonly engineUrl: string;
  readonly echoUrl: string;
  /** Orders ask about these, in turn. */
  readonly instrumentIds: readonly InstrumentId[];
  /** tsEvent of the first order, epoch microseconds. */
  readonly ts: number;
}

export interface LoadOptions {
  readonly target: 'engine' | 'echo';
  readonly perSecond: number;
  readonly seconds: number;
  /** tsEvent of the orders, where the market goes on: epoch microseconds. */
  readonly ts?: number;
}

export interface LoadResult {
  /** From the moment at which a request was due to its reply; HDR histogram, nanoseconds. */
  readonly latencies: string;
  /** How late the client itself was to send. */
  readonly sendLag: string;
  readonly sent: number;
  /** Replies that were what they should be, in the order of the requests. */
  readonly good: number;
  /** How far the engine was behind its log, as its replies say: the most, milliseconds; 0 of an echo. */
  readonly lagMsMax: number;
}

/** How long the last replies may take after the last request. */
const REPLIES_MS_MAX = 10_000;
/** What an engine that does not know its lag yet counts as; finite, since answers travel as JSON. */
const LAG_UNKNOWN_MS = 1e9;
/** What a selection frame begins with, after the byte that counts its entries. */
const SELECTION_HEAD = encode({ type: 'selection' }).subarray(1);

/** A client on `ws`, the library that an OMS on Node uses. */
export function loadClientRole(): RoleMethods {
  let client: LoadClient | undefined;
  return {
    /** Bytes of a selection frame. */
    probe: async ({ engineUrl, ...orders }: Omit<LoadTargets, 'echoUrl'>): Promise<number> => {
      const socket = await open(engineUrl);
      const load = new LoadClient({ ...orders, engine: socket, echo: socket });
      const size = await load.probe();
      socket.close();
      return size;
    },
    connect: async ({ engineUrl, echoUrl, ...orders }: LoadTargets): Promise<void> => {
      client = new LoadClient({
        ...orders,
        engine: await open(engineUrl),
        echo: await open(echoUrl),
      });
    },
    measure: (options: LoadOptions): Promise<LoadResult> => client!.measure(options),
  };
}

interface Sockets extends Pick<LoadTargets, 'instrumentIds' | 'ts'> {
  readonly engine: WebSocket;
  readonly echo: WebSocket;
}

class LoadClient {
  readonly #parts: Sockets;
  #nextId = 0;

  constructor(parts: Sockets) {
    this.#parts = parts;
  }

  async probe(): Promise<number> {
    const { engine } = this.#parts;
    const sizes = new Promise<number>((resolve) => {
      engine.on('message', (bytes: Buffer) => {
        if (isSelection(bytes)) resolve(bytes.length);
      });
    });
    engine.send(this.#request(0));
    return sizes;
  }

  async measure({ target, perSecond, seconds, ts }: LoadOptions): Promise<LoadResult> {
    const socket = this.#parts[target];
    const firstId = this.#nextId;
    const count = Math.max(1, Math.round(perSecond * seconds));
    this.#nextId += count;
    const requests = Array.from({ length: count }, (_, i) =>
      target === 'engine'
        ? this.#request(firstId + i, ts)
        : echoRequest(firstId + i, this.#request(0)),
    );
    const dues: number[] = [];
    const replies: { bytes: Buffer; at: number }[] = [];
    const sendLag = new Latencies();
    const take = (bytes: Buffer): void => {
      if (target === 'echo' || isSelection(bytes)) replies.push({ bytes, at: nowNanos() });
    };
    socket.on('message', take);
    await paceOpenLoop(fixedRate(perSecond, count), (i, due) => {
      dues.push(due);
      sendLag.record(nowNanos() - due);
      socket.send(requests[i]!);
    });
    await atMost(REPLIES_MS_MAX, () => replies.length >= count);
    socket.off('message', take);
    const latencies = new Latencies();
    let [good, lagMsMax] = [0, 0];
    for (const [i, { bytes, at }] of replies.entries()) {
      latencies.record(at - dues[i]!);
      const reply = readReply(target, bytes);
      if (reply.isGood && reply.id === firstId + i) good++;
      lagMsMax = Math.max(lagMsMax, reply.lagMs);
    }
    return {
      latencies: latencies.encode(),
      sendLag: sendLag.encode(),
      sent: count,
      good,
      lagMsMax,
    };
  }

  #request(requestId: number, ts = this.#parts.ts): Uint8Array {
    const { instrumentIds } = this.#parts;
    const order = {
      orderId: `bench-${requestId}` as OrderId,
      instrumentId: instrumentIds[requestId % instrumentIds.length]!,
      side: 'buy',
      quantity: 1e6,
      tsEvent: ts + requestId,
    };
    return encode({ type: 'select', requestId, order });
  }
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, SUBPROTOCOL_MSGPACK, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** As long as a request, and numbered in its first eight bytes. */
function echoRequest(id: number, like: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(like.length);
  new DataView(bytes.buffer).setFloat64(0, id);
  return bytes;
}

function isSelection(bytes: Buffer): boolean {
  const head = bytes.subarray(1, 1 + SELECTION_HEAD.length);
  return Buffer.compare(head, SELECTION_HEAD) === 0;
}

/** Looked at after the round: decoding takes longer than the answer. */
function readReply(target: LoadOptions['target'], bytes: Buffer) {
  if (target === 'echo') return { id: bytes.readDoubleBE(0), isGood: true, lagMs: 0 };
  const { requestId: id, selection } = decode(bytes) as SelectionFrame;
  const isGood =
    selection.orderId === `bench-${id}` &&
    selection.instrumentKnown &&
    !selection.degraded &&
    selection.dealers.length === 5;
  return { id, isGood, lagMs: selection.lagMs ?? LAG_UNKNOWN_MS };
}
