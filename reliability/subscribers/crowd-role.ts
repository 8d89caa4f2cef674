import { once } from 'node:events';
import { WebSocket } from 'ws';
import { atMost } from '../../bench/support/at-most.ts';
import { Latencies } from '../../bench/support/latencies.ts';
import type { RoleMethods } from '../../bench/support/role.ts';
import { decode } from '../../schemas/codec.ts';
import { type DeltaFrame, SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import { FrameHeads } from './frame-head.ts';
import { HeldTopic } from './held-topic.ts';
import { clockNanos, type Sent } from './sent.ts';

export interface CrowdOptions {
  readonly wsUrl: string;
  readonly topics: readonly string[];
  readonly count: number;
  /** Subscribes and never reads, asks all the same, and says that it is there. */
  readonly isDeaf: boolean;
}

/** Subscribers that hold the same of a topic. */
interface Group {
  readonly topic: string;
  readonly seq: number;
  readonly digest: string;
  readonly members: number;
}

export interface Held {
  readonly groups: readonly Group[];
  readonly gaps: number;
  /** More than one for each subscriber and topic: some were behind. */
  readonly snapshots: number;
  /** Connections that the engine has closed. */
  readonly lost: number;
}

const OPEN_AT_ONCE = 50;
const NAG_MS = 1_000;
const SETTLE_MS_MAX = 60_000;

/** Many subscribers in one process. */
export function crowdRole(): RoleMethods {
  let crowd: Crowd | undefined;
  return {
    connect: async (options: CrowdOptions): Promise<void> => {
      crowd = new Crowd(options);
      await crowd.connect();
    },
    forget: (): void => crowd!.forget(),
    latencies: (sent: readonly Sent[]): string => crowd!.latencies(sent),
    hear: (): void => crowd!.hear(),
    /** Resolves once everybody holds these numbers, or too late. */
    held: (seqs: Readonly<Record<string, number>>): Promise<Held> => crowd!.held(seqs),
    disconnect: (): Promise<void> => crowd!.disconnect(),
  };
}

class Crowd {
  readonly #options: CrowdOptions;
  readonly #heads: FrameHeads;
  readonly #members: Member[] = [];
  /** Of the first topic, by number: when each subscriber got the state. */
  #arrivals = new Map<number, number[]>();
  #deltas = new Map<number, Buffer>();
  #nagging: NodeJS.Timeout | undefined;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#heads = new FrameHeads(options.topics);
  }

  async connect(): Promise<void> {
    const { count, isDeaf } = this.#options;
    for (let made = 0; made < count; made += OPEN_AT_ONCE) {
      const some = Array.from({ length: Math.min(OPEN_AT_ONCE, count - made) }, () => this.#open());
      this.#members.push(...(await Promise.all(some)));
    }
    if (isDeaf) this.#nagging = setInterval(() => this.#nag(), NAG_MS);
  }

  async #open(): Promise<Member> {
    const { wsUrl, topics, isDeaf } = this.#options;
    const socket = new WebSocket(wsUrl, SUBPROTOCOL_MSGPACK, { perMessageDeflate: false });
    const member: Member = {
      socket,
      held: new Map(topics.map((topic) => [topic, new HeldTopic()])),
      isLost: false,
    };
    socket.on('error', () => {});
    socket.on('close', () => {
      member.isLost = true;
    });
    socket.on('message', (bytes: Buffer) => this.#take(member, bytes));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', topics }));
    if (isDeaf) socket.pause();
    else
      while ([...member.held.values()].some(({ seq }) => seq === 0)) await once(socket, 'message');
    return member;
  }

  #take(member: Member, bytes: Buffer): void {
    const at = clockNanos();
    const head = this.#heads.read(bytes);
    if (head === null) return;
    const held = member.held.get(head.topic)!;
    if (head.isSnapshot) {
      held.takeSnapshot(head.seq, Buffer.from(bytes));
      return;
    }
    if (head.topic !== this.#options.topics[0]) {
      held.takeDelta(head.seq, Buffer.from(bytes));
      return;
    }
    // All get the same bytes, which are kept once.
    const known = this.#deltas.get(head.seq);
    const isKnown = known?.equals(bytes) ?? false;
    const delta = isKnown ? known! : Buffer.from(bytes);
    if (known === undefined) this.#deltas.set(head.seq, delta);
    held.takeDelta(head.seq, delta);
    const arrivals = this.#arrivals.get(head.seq);
    if (arrivals === undefined) this.#arrivals.set(head.seq, [at]);
    else arrivals.push(at);
  }

  /** A subscriber that hangs on: alive to look at, and with a question every second. */
  #nag(): void {
    for (const { socket } of this.#members) {
      socket.pong();
      socket.send(JSON.stringify({ type: 'resync', topics: this.#options.topics }));
    }
  }

  forget(): void {
    this.#arrivals = new Map();
  }

  /**
   * From when the oldest event of a state was published until each subscriber had the state; HDR
   * histogram, nanoseconds.
   */
  latencies(sent: readonly Sent[]): string {
    const latencies = new Latencies();
    const unseen = [...sent].sort((a, b) => a.at - b.at);
    for (const [seq, arrivals] of [...this.#arrivals].sort(([a], [b]) => a - b)) {
      const { position } = decode(this.#deltas.get(seq)!) as DeltaFrame;
      const isIn = ({ partition, sequence }: Sent) => position.partitions[partition]! >= sequence;
      const oldest = unseen.find(isIn);
      if (oldest === undefined) continue;
      for (const at of arrivals) latencies.record(at - oldest.at);
      for (let i = unseen.length - 1; i >= 0; i--) if (isIn(unseen[i]!)) unseen.splice(i, 1);
    }
    return latencies.encode();
  }

  /** The deaf read again. */
  hear(): void {
    clearInterval(this.#nagging);
    for (const { socket } of this.#members) socket.resume();
  }

  async held(seqs: Readonly<Record<string, number>>): Promise<Held> {
    const topics = Object.keys(seqs);
    const isThere = ({ held }: Member) =>
      topics.every((topic) => held.get(topic)!.seq === seqs[topic]);
    await atMost(SETTLE_MS_MAX, () => this.#members.every(isThere));
    const groups = new Map<string, Group>();
    // Most have had the same frames, which are then decoded once.
    const known: { readonly held: HeldTopic; readonly digest: string }[] = [];
    const all = this.#members.flatMap(({ held }) => [...held.entries()]);
    for (const [topic, held] of all) {
      const { seq } = held;
      const same = known.find((one) => one.held.isSameAs(held));
      const digest = same?.digest ?? held.digest();
      if (same === undefined) known.push({ held, digest });
      const key = `${topic} ${seq} ${digest}`;
      const members = (groups.get(key)?.members ?? 0) + 1;
      groups.set(key, { topic, seq, digest, members });
    }
    return {
      groups: [...groups.values()],
      gaps: all.reduce((sum, [, { gaps }]) => sum + gaps, 0),
      snapshots: all.reduce((sum, [, { snapshots }]) => sum + snapshots, 0),
      lost: this.#members.filter(({ isLost }) => isLost).length,
    };
  }

  async disconnect(): Promise<void> {
    clearInterval(this.#nagging);
    const open = this.#members.splice(0).filter(({ isLost }) => !isLost);
    await Promise.all(
      open.map(({ socket }) => {
        const closed = once(socket, 'close');
        socket.close();
        return closed;
      }),
    );
  }
}

interface Member {
  readonly socket: WebSocket;
  readonly held: ReadonlyMap<string, HeldTopic>;
  isLost: boolean;
}
