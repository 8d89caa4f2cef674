import type { Socket } from 'node:net';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection, nanos } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';

const BUCKET = 'firstcall';
const PARTITIONS_MAX = 1024;
/** A repeat of a message id within this time is dropped by the server. */
const DEDUPE_MS = 120_000;

/**
 * A connection to a server, or to one of several (`nats://a:4222,nats://b:4222`), that reconnects for
 * ever: a supervisor may bring the server back at any time. A frozen server is noticed after 1.4 to
 * 2.1 s, when two pings have got no answer. Rejects with FirstcallError('natsUnreachable') if
 * the first attempt fails.
 */
export async function connectNats(url: string, name: string): Promise<NatsConnection> {
  try {
    const nc = await connect({
      servers: url.split(','),
      name,
      timeout: 5_000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 100,
      pingInterval: 700,
      maxPingOut: 2,
      // A stack trace for each request would be the dearest part of a publish.
      noAsyncTraces: true,
    });
    void severStale(nc);
    return nc;
  } catch (cause) {
    throw new FirstcallError('natsUnreachable', `no NATS server answers at ${url}: ${cause}`, {
      cause,
    });
  }
}

/**
 * The client waits until all that it has written is with a server that it gives up, which a frozen one
 * never takes: it would neither try another server nor tell that this one is gone.
 */
async function severStale(nc: NatsConnection): Promise<void> {
  const { protocol } = nc as unknown as { protocol?: { transport?: { socket?: Socket } } };
  for await (const { type } of nc.status()) {
    if (type === 'staleConnection') protocol?.transport?.socket?.destroy();
  }
}

/**
 * Makes the log exist: its number of partitions in the KV bucket `firstcall`, and its streams. May be
 * called by many at once and again. A stream that exists is left as it is, so that an operator's
 * replicas and placement stay; only what would lose or misplace events is refused.
 * Throws FirstcallError `partitionMismatch`, `streamMismatch`, or a RangeError on the number.
 */
export async function ensureLog(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
): Promise<void> {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > PARTITIONS_MAX) {
    throw new RangeError(
      `partitions: ${partitions} is not a whole number of 1 to ${PARTITIONS_MAX}`,
    );
  }
  await claimPartitions(await new Kvm(nc).create(BUCKET), names, partitions);
  const jsm = await jetstreamManager(nc);
  await Promise.all(
    streamsOf(names, partitions).map(({ name, subjects }) => ensureStream(jsm, name, subjects)),
  );
}

/** Number of partitions of a log, null if the log does not exist yet. */
export async function readPartitions(nc: NatsConnection, names: LogNames): Promise<number | null> {
  // Not `open`: it answers with a bucket whether there is one or not.
  const jsm = await jetstreamManager(nc);
  if ((await findStream(jsm, `KV_${BUCKET}`)) === null) return null;
  return partitionsIn(await new Kvm(nc).open(BUCKET), names);
}

/** Key of the log's number of partitions. */
const partitionsKey = (names: LogNames) =>
  names.log === '' ? 'partitions' : `partitions.${names.log}`;

async function partitionsIn(bucket: KV, names: LogNames): Promise<number | null> {
  const entry = await bucket.get(partitionsKey(names));
  return entry === null ? null : Number(entry.string());
}

/** The first to come decides; `create` is atomic on the server. */
async function claimPartitions(bucket: KV, names: LogNames, partitions: number): Promise<void> {
  const decided =
    (await partitionsIn(bucket, names)) ?? (await createKey(bucket, names, partitions));
  if (decided === partitions) return;
  throw new FirstcallError(
    'partitionMismatch',
    `log "${names.log}" has ${decided} partitions, not ${partitions}: the number is fixed for the ` +
      'life of a log; set it to what the log has, or use another log',
  );
}

async function createKey(bucket: KV, names: LogNames, partitions: number): Promise<number> {
  try {
    await bucket.create(partitionsKey(names), String(partitions));
    return partitions;
  } catch (error) {
    const winner = await partitionsIn(bucket, names);
    if (winner === null) throw error;
    return winner;
  }
}

interface StreamPlan {
  readonly name: string;
  readonly subjects: string[];
}

function streamsOf(names: LogNames, partitions: number): StreamPlan[] {
  const parts: PartitionName[] = [...Array(partitions).keys(), 'all'];
  return [
    ...parts.map((part) => ({ name: names.stream(part), subjects: [names.eventsOf(part)] })),
    { name: names.deadLetterStream, subjects: [`${names.root}.deadletter.*.*`] },
    { name: names.decisionStream, subjects: [names.decisions, names.audit('*')] },
    { name: names.tcaStream, subjects: [`${names.root}.tca.*`] },
  ];
}

async function ensureStream(
  jsm: JetStreamManager,
  name: string,
  subjects: string[],
): Promise<void> {
  const existing = await findStream(jsm, name);
  if (existing === null) {
    await jsm.streams.add(streamConfig(name, subjects));
    return;
  }
  const wrong = whyUnfit(existing, subjects);
  if (wrong === null) return;
  throw new FirstcallError('streamMismatch', `stream ${name}: ${wrong}; mend or rename it`);
}

async function findStream(jsm: JetStreamManager, name: string): Promise<StreamConfig | null> {
  try {
    return (await jsm.streams.info(name)).config;
  } catch (error) {
    if (isStreamNotFound(error)) return null;
    throw error;
  }
}

function isStreamNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}

function whyUnfit(config: StreamConfig, subjects: string[]): string | null {
  if ([...config.subjects].sort().join() !== [...subjects].sort().join()) {
    return `its subjects are ${config.subjects.join()}, not ${subjects.join()}`;
  }
  if (config.storage !== StorageType.File) return 'it keeps its messages in memory';
  if (config.max_age !== 0) return 'it forgets messages by age';
  return null;
}

function streamConfig(name: string, subjects: string[]) {
  return {
    name,
    subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    // A full log refuses: to drop its oldest events would change every score.
    discard: DiscardPolicy.New,
    max_age: 0,
    duplicate_window: nanos(DEDUPE_MS),
    num_replicas: 1,
  };
}
