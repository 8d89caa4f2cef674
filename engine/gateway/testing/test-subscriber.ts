import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decode, encode, encodeJson } from '../../../schemas/codec.ts';
import type { ClientFrame, ServerFrame, TopicRow } from '../../../schemas/protocol.ts';

type FrameOf<T extends ServerFrame['type']> = ServerFrame & { type: T };

/** A plain WebSocket that keeps every frame it was sent, in order. */
export class TestSubscriber {
  readonly frames: ServerFrame[] = [];
  readonly #ws: WebSocket;
  readonly #isJson: boolean;
  readonly #waiting = new Set<() => void>();

  private constructor(ws: WebSocket, isJson: boolean) {
    this.#ws = ws;
    this.#isJson = isJson;
    ws.on('message', (data, isBinary) => {
      if (isBinary === isJson) throw new Error('a frame in the wrong kind of message');
      this.frames.push(decode(data as Buffer, 1 << 26) as ServerFrame);
      this.#wake();
    });
    ws.on('error', () => {});
    ws.on('close', () => this.#wake());
  }

  static async connect(
    port: number,
    protocol: string | null,
    headers: Record<string, string> = {},
  ): Promise<TestSubscriber> {
    const protocols = protocol === null ? [] : [protocol];
    const ws = new WebSocket(`ws://127.0.0.1:${port}/`, protocols, { headers });
    const isJson = protocol === null || protocol.endsWith('json');
    const subscriber = new TestSubscriber(ws, isJson);
    await once(ws, 'open');
    return subscriber;
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  send(frame: ClientFrame): void {
    this.sendRaw(this.#isJson ? encodeJson(frame) : encode(frame));
  }

  sendRaw(data: string | Uint8Array): void {
    this.#ws.send(data);
  }

  /** Stops reading, so that what is sent fills the kernel's buffers and then the gateway's. */
  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  of<T extends ServerFrame['type']>(type: T): FrameOf<T>[] {
    return this.frames.filter((frame) => frame.type === type) as FrameOf<T>[];
  }

  /** Resolves once the condition holds, checked after every frame; rejects when the socket closes. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#ws.readyState === WebSocket.CLOSED) throw new Error('closed while waiting');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Every frame sent before this call has been answered when it resolves. */
  async roundTrip(): Promise<void> {
    const requestId = Math.max(0, ...this.of('pong').map((pong) => pong.requestId)) + 1;
    this.send({ type: 'ping', requestId });
    await this.until(() => this.of('pong').some((pong) => pong.requestId === requestId));
  }

  async first<T extends ServerFrame['type']>(type: T): Promise<FrameOf<T>> {
    await this.until(() => this.of(type).length > 0);
    return this.of(type)[0] as FrameOf<T>;
  }

  closed(): Promise<{ code: number }> {
    if (this.#ws.readyState === WebSocket.CLOSED) return Promise.resolve({ code: 0 });
    return once(this.#ws, 'close').then(([code]) => ({ code: code as number }));
  }

  async close(): Promise<void> {
    if (this.#ws.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#ws, 'close');
    this.#ws.resume();
    this.#ws.close();
    await closed;
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export interface ReplayedTopic {
  readonly seq: number;
  readonly rows: TopicRow[];
  /** Snapshots whose number did not follow the one before: the gaps that the reader could see. */
  readonly gaps: number;
}

/** Applies a topic's frames as a subscriber must; throws on a delta that follows nothing. */
export function replay(frames: readonly ServerFrame[], topic: string): ReplayedTopic {
  let seq = 0;
  let gaps = 0;
  let rows = new Map<string, TopicRow>();
  for (const frame of frames) {
    if ((frame.type !== 'snapshot' && frame.type !== 'delta') || frame.topic !== topic) continue;
    if (frame.type === 'snapshot') {
      if (seq !== 0 && frame.seq !== seq + 1) gaps++;
      rows = new Map();
    } else if (frame.seq !== seq + 1) {
      throw new Error(`delta ${frame.seq} after state ${seq}`);
    }
    seq = frame.seq;
    for (const row of frame.rows) rows.set(row.dealerId, row);
    for (const dealerId of frame.type === 'delta' ? frame.removed : []) rows.delete(dealerId);
  }
  return { seq, gaps, rows: [...rows.values()] };
}
