/** What a target is a figure of; in the order of the table that ends a run. */
export const TARGET_GROUPS = [
  'ingest',
  'decoding',
  'event to score',
  'selection',
  'fan-out',
  'size',
  'scale-out',
  'catch-up',
] as const;

type TargetGroup = (typeof TARGET_GROUPS)[number];

/** What a figure should come to. A miss is told, and fails no run. */
export interface Target {
  readonly group: TargetGroup;
  /** Name of the benchmark that measures it. */
  readonly bench: string;
  readonly what: string;
  /** What it is a ratio to; null: it is no ratio. */
  readonly against: string | null;
  readonly bound: 'atLeast' | 'atMost';
  readonly limit: number;
  /** `x`: times what it stands beside, in the same rounds. */
  readonly unit: 'x' | 'us' | 'ms' | 'bytes';
}

/** All targets. The first of a group stands for it in the picture. */
export const TARGETS = {
  ingestSingle: {
    group: 'ingest',
    bench: 'ingest',
    what: 'events/s of one shard, single events',
    against: 'a nats.js consumer that does nothing',
    bound: 'atLeast',
    limit: 0.6,
    unit: 'x',
  },
  ingestBatch: {
    group: 'ingest',
    bench: 'ingest',
    what: 'events/s of one shard, messages of up to 50 events',
    against: 'a nats.js consumer that does nothing',
    bound: 'atLeast',
    limit: 0.25,
    unit: 'x',
  },
  decode: {
    group: 'decoding',
    bench: 'decode',
    what: 'speed of decoding a single event',
    against: '@msgpack/msgpack',
    bound: 'atLeast',
    limit: 6,
    unit: 'x',
  },
  eventToScore: {
    group: 'event to score',
    bench: 'publish-to-score',
    what: 'event published to score visible, p50',
    against: 'a bare nats.js consumer that sees it',
    bound: 'atMost',
    limit: 1.15,
    unit: 'x',
  },
  eventToScoreP99: {
    group: 'event to score',
    bench: 'publish-to-score',
    what: 'event published to score visible, p99',
    against: 'a bare nats.js consumer that sees it',
    bound: 'atMost',
    limit: 1.3,
    unit: 'x',
  },
  eventToSubscriber: {
    group: 'event to score',
    bench: 'publish-to-subscriber',
    what: 'event published to ranking at a subscriber beside 50,000 events/s, p99',
    against: null,
    bound: 'atMost',
    limit: 2,
    unit: 'ms',
  },
  selectionHot: {
    group: 'selection',
    bench: 'select-in-process',
    what: 'a selection of 5 of 500 dealers with 50 rules, board unchanged, p50',
    against: null,
    bound: 'atMost',
    limit: 25,
    unit: 'us',
  },
  selectionRules: {
    group: 'selection',
    bench: 'select-in-process',
    what: 'a selection of 5 of 500 dealers with 50 rules, p99.9',
    against: null,
    bound: 'atMost',
    limit: 1_000,
    unit: 'us',
  },
  selectionClickHouse: {
    group: 'selection',
    bench: 'peers-select',
    what: 'speed of a selection, p50',
    against: 'ClickHouse, ready rows',
    bound: 'atLeast',
    limit: 500,
    unit: 'x',
  },
  selectionRedisPacked: {
    group: 'selection',
    bench: 'peers-select',
    what: 'speed of a selection, p50',
    against: 'Redis, Lua on packed hashes',
    bound: 'atLeast',
    limit: 100,
    unit: 'x',
  },
  selectionRedisNumbers: {
    group: 'selection',
    bench: 'peers-select',
    what: 'speed of a selection, p50',
    against: 'Redis, Lua on hashes of numbers',
    bound: 'atLeast',
    limit: 100,
    unit: 'x',
  },
  selectionUnderLoad: {
    group: 'selection',
    bench: 'select-under-load',
    what: 'a selection over WebSocket beside all events it carries, p50',
    against: 'an echo beside the same',
    bound: 'atMost',
    limit: 1.3,
    unit: 'x',
  },
  selectionUnderLoadP99: {
    group: 'selection',
    bench: 'select-under-load',
    what: 'the same, p99',
    against: 'an echo beside the same',
    bound: 'atMost',
    limit: 1.2,
    unit: 'x',
  },
  fanOut: {
    group: 'fan-out',
    bench: 'fan-out',
    what: 'processor time of an update at 1,000 subscribers',
    against: 'the same on ws',
    bound: 'atMost',
    limit: 0.125,
    unit: 'x',
  },
  fanOutMany: {
    group: 'fan-out',
    bench: 'fan-out',
    what: 'processor time of an update at 5,000 subscribers',
    against: 'the same on ws',
    bound: 'atMost',
    limit: 0.125,
    unit: 'x',
  },
  costByDealers: {
    group: 'size',
    bench: 'scale',
    what: 'processor time of an event, 1,000 dealers',
    against: '50 dealers',
    bound: 'atMost',
    limit: 1.5,
    unit: 'x',
  },
  costByInstruments: {
    group: 'size',
    bench: 'scale',
    what: 'processor time of an event, 100,000 instruments',
    against: '1,000 instruments',
    bound: 'atMost',
    limit: 1.5,
    unit: 'x',
  },
  pairBytes: {
    group: 'size',
    bench: 'scale',
    what: 'scoreboard of a live pair, at the size that takes most',
    against: null,
    bound: 'atMost',
    limit: 1_023,
    unit: 'bytes',
  },
  longestGc: {
    group: 'size',
    bench: 'select-under-load',
    what: 'longest garbage collection of the thread that serves',
    against: null,
    bound: 'atMost',
    limit: 1,
    unit: 'ms',
  },
  scaleOutShards: {
    group: 'scale-out',
    bench: 'scale-out',
    what: 'events per second of processor time, four shards',
    against: 'one shard',
    bound: 'atLeast',
    limit: 0.85,
    unit: 'x',
  },
  scaleOutEngines: {
    group: 'scale-out',
    bench: 'scale-out',
    what: 'events per second of processor time, two engines',
    against: 'one shard',
    bound: 'atLeast',
    limit: 0.85,
    unit: 'x',
  },
  catchUp: {
    group: 'catch-up',
    bench: 'catch-up',
    what: 'events/s of one shard that catches up with its log',
    against: 'a nats.js consumer that does nothing',
    bound: 'atLeast',
    limit: 0.25,
    unit: 'x',
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;
