import { createHash } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { MESSAGE_ID_HEADER } from '../../engine/platform/audit-chain.ts';
import { newestOf, readMessages } from '../../engine/verify/read-messages.ts';
import { decode } from '../../schemas/codec.ts';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';
import { type Tally, TallyCounter } from './tally.ts';

/** What a log holds. */
export interface LogCensus {
  /** Events, those included that no validator takes. */
  readonly events: number;
  /** Of these: no two in a partition have the same id. */
  readonly distinctEvents: number;
  /** By partition: SHA-256 of the ids in the order of the log. */
  readonly idDigests: Readonly<Record<string, string>>;
  readonly selections: number;
  readonly deadLetters: number;
  /** Analyses of orders, and how many places in the log they are of. */
  readonly analyses: number;
  readonly analysedPlaces: number;
  /** What each table of the history must hold. */
  readonly tables: Readonly<Record<string, Tally>>;
}

/** Which kind of event is in which table: what history has in event-tables.ts, written a second time. */
const TABLE_OF: Readonly<Record<EventKind, string>> = {
  order: 'orders',
  orderClosed: 'order_closes',
  rfq: 'rfqs',
  quote: 'quotes',
  quoteCancel: 'quote_actions',
  quoteAccept: 'quote_actions',
  quoteAcceptReject: 'quote_actions',
  fill: 'fills',
  fillBust: 'fill_busts',
  rfqClosed: 'rfq_closes',
  tick: 'ticks',
  axe: 'axes',
  tca: 'tca',
  clock: 'clocks',
  dealer: 'dealers',
  instrument: 'instruments',
};

/** Last sequence of every stream that history copies. */
export async function logEnds(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
): Promise<Map<string, number>> {
  const streams = [
    ...partitionNames(partitions).map((partition) => names.stream(partition)),
    names.decisionStream,
    names.deadLetterStream,
    names.tcaStream,
  ];
  const ends = await Promise.all(streams.map((stream) => newestOf(nc, stream)));
  return new Map(streams.map((stream, i) => [stream, ends[i]!]));
}

/** @param isInvalid tells the events that no validator takes: they are in no table but `dead_letters` */
export async function readLogCensus(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
  isInvalid: (event: FirstcallEvent) => boolean,
): Promise<LogCensus> {
  const census = new CensusTaker(isInvalid);
  for (const partition of partitionNames(partitions)) {
    for await (const message of readMessages(nc, names.stream(partition))) {
      census.takeEvents(partition, message.seq, decodeEvents(message.data) as FirstcallEvent[]);
    }
    census.endPartition(partition);
  }
  for await (const message of readMessages(nc, names.decisionStream)) {
    const table = message.subject === names.decisions ? 'selections' : 'audit';
    census.takeOutput(table, message.seq, message.headers?.get(MESSAGE_ID_HEADER) ?? '');
  }
  for await (const message of readMessages(nc, names.deadLetterStream)) {
    const { partition, sequence, index } = decode(message.data) as Record<string, unknown>;
    census.takeOutput('dead_letters', message.seq, `${partition}:${sequence}:${index}`);
  }
  for await (const message of readMessages(nc, names.tcaStream)) {
    const { partition, sequence, index } = decode(message.data) as TcaMessage;
    census.takeOutput('order_analyses', message.seq, `${partition}:${sequence}:${index}`);
  }
  return census.result();
}

function partitionNames(partitions: number): PartitionName[] {
  return [...Array(partitions).keys(), 'all'];
}

class CensusTaker {
  readonly #isInvalid: (event: FirstcallEvent) => boolean;
  readonly #tables = new Map<string, TallyCounter>();
  readonly #digests = new Map<PartitionName, string>();
  #digest = createHash('sha256');
  #events = 0;
  readonly #ids = new Set<string>();

  constructor(isInvalid: (event: FirstcallEvent) => boolean) {
    this.#isInvalid = isInvalid;
  }

  takeEvents(partition: PartitionName, sequence: number, events: readonly FirstcallEvent[]): void {
    const number = partition === 'all' ? -1 : partition;
    for (const [index, event] of events.entries()) {
      this.#events += 1;
      this.#ids.add(`${number}:${event.kind}:${event.id}`);
      this.#digest.update(`${event.id}\n`);
      if (this.#isInvalid(event)) continue;
      const table = this.#table(TABLE_OF[event.kind]);
      table.add(`${number}:${sequence}:${index}`, `${number}:${event.id}`);
    }
  }

  endPartition(partition: PartitionName): void {
    this.#digests.set(partition, this.#digest.digest('hex'));
    this.#digest = createHash('sha256');
  }

  takeOutput(table: string, sequence: number, id: string): void {
    this.#table(table).add(`${sequence}`, id);
  }

  result(): LogCensus {
    const tables = [...this.#tables].map(([name, counter]) => [name, counter.tally] as const);
    const byName: Readonly<Record<string, Tally>> = Object.fromEntries(tables);
    return {
      events: this.#events,
      distinctEvents: this.#ids.size,
      idDigests: Object.fromEntries(this.#digests),
      selections: byName.selections?.rows ?? 0,
      deadLetters: byName.dead_letters?.rows ?? 0,
      analyses: byName.order_analyses?.rows ?? 0,
      analysedPlaces: byName.order_analyses?.ids ?? 0,
      tables: byName,
    };
  }

  #table(name: string): TallyCounter {
    const counter = this.#tables.get(name) ?? new TallyCounter();
    this.#tables.set(name, counter);
    return counter;
  }
}
