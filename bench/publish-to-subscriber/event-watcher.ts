import { once } from 'node:events';
import { DeliverPolicy, type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { WebSocket } from 'ws';
import { SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { type FrameHead, readFrameHead } from '../support/frame-head.ts';
import { nowNanos } from '../support/open-loop.ts';

/** A ranking that arrived: how far into the log it has read. */
export interface SeenFrame extends FrameHead {
  readonly at: number;
  readonly bytes: Buffer;
}

/** A trader's screen: a WebSocket subscriber of one topic. */
export class TopicWatcher {
  readonly #socket: WebSocket;
  frames: SeenFrame[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // The moment of arrival comes before the work of reading.
    socket.on('message', (bytes: Buffer) => this.#take(bytes, nowNanos()));
  }

  static async open(url: string, topic: string): Promise<TopicWatcher> {
    const socket = new WebSocket(url, SUBPROTOCOL_MSGPACK, { perMessageDeflate: false });
    const watcher = new TopicWatcher(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
    while (watcher.frames.length === 0) await once(socket, 'message');
    return watcher;
  }

  close(): void {
    this.#socket.close();
  }

  #take(bytes: Buffer, at: number): void {
    const head = readFrameHead(bytes);
    if (head !== null) this.frames.push({ ...head, at, bytes });
  }
}

/** The baseline: notes when each message of some streams arrives, and does nothing else. */
export class LogWatcher {
  /** By partition: moment of arrival by sequence. */
  readonly arrivals: Map<number, number>[] = [];
  readonly #js: JetStreamClient;

  private constructor(nc: NatsConnection) {
    this.#js = jetstream(nc);
  }

  static async open(nc: NatsConnection, names: LogNames, partitions: number): Promise<LogWatcher> {
    const watcher = new LogWatcher(nc);
    for (let p = 0; p < partitions; p++) await watcher.#watch(names.stream(p), p);
    return watcher;
  }

  async #watch(stream: string, partition: number): Promise<void> {
    const arrivals = new Map<number, number>();
    this.arrivals[partition] = arrivals;
    const consumer = await this.#js.consumers.get(stream, { deliver_policy: DeliverPolicy.New });
    await consumer.consume({
      max_messages: 200,
      callback: (message) => void arrivals.set(message.seq, nowNanos()),
    });
  }
}
