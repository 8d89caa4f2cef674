import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventOf, FirstcallEvent } from '../../../schemas/events.ts';
import { BatchWriter } from '../batch-writer.ts';
import { connectHistory, type HistoryConnection } from '../connect.ts';
import { rowOfEvent } from '../event-tables.ts';
import { migrate } from '../migrate.ts';
import { Oracle } from '../oracle.ts';
import { DAY, T0, usOf, type Written } from './oracle-events.ts';

export interface Observation {
  readonly dealer_id: string;
  readonly instrument_id: string;
  readonly x: number;
  readonly q: number;
  readonly ts_us: number;
  readonly scopes: readonly string[];
}

export interface Sums {
  readonly scope: string;
  readonly dealer_id: string;
  readonly observations: number;
  readonly newest_us: number;
  readonly mean: readonly number[];
  readonly mass: readonly number[];
  readonly n_eff: readonly number[];
  readonly variance: readonly (number | null)[];
  readonly window_mean: number | null;
}

/** Of a test file, which compares two or three at once; there may be four. */
const RUNS_KEPT = 3;

const MODEL = {
  latenessUs: 600e6,
  staleUs: 3600e6,
  orderTimeoutUs: DAY,
  tcaNames: [] as string[],
  splitBySide: false,
  sizeBounds: [] as number[],
};

/** A history of its own, and the oracle over logs that are written into it event by event. */
export class OracleLog {
  readonly #directory: string;
  readonly connection: HistoryConnection;
  readonly #kept: Derived[] = [];
  #logs = 0;

  private constructor(directory: string, connection: HistoryConnection) {
    this.#directory = directory;
    this.connection = connection;
  }

  static async open(): Promise<OracleLog> {
    const directory = await mkdtemp(join(tmpdir(), 'firstcall-oracle-'));
    const connection = await connectHistory({ clickhouseUrl: null, directory });
    await migrate(connection.writer);
    return new OracleLog(directory, connection);
  }

  async close(): Promise<void> {
    await this.connection.close();
    await rm(this.#directory, { recursive: true });
  }

  /** Writes each case into a partition of its own of a new log. */
  async write(cases: readonly (readonly Written[])[]) {
    const log = `l${++this.#logs}`;
    const position = { partitions: cases.map(() => 0), all: 0 };
    const rows = cases.flatMap((events, home) =>
      events.map(({ all, ...written }) => {
        const partition = all === true ? 'all' : home;
        const sequence = all === true ? ++position.all : ++position.partitions[home]!;
        const event = eventOf(written as Written, home, sequence);
        return rowOfEvent(event, 0, { log, partition, sequence, tsLogUs: T0 });
      }),
    );
    const onFailure = (error: unknown) => {
      throw error;
    };
    const retry = { signal: new AbortController().signal, onFailure };
    await new BatchWriter(this.connection.writer, log, retry).write(1, rows, false);
    return { log, position };
  }

  /** Writes a log, one message an event (events with `all: true` into the shared one), and derives. */
  async derive(events: readonly Written[], model: object = {}): Promise<Derived> {
    const [derived] = await this.deriveEach([events], model);
    return derived!;
  }

  /** The same of several at once, each in a partition of its own, with a bond of its own. */
  async deriveEach(cases: readonly (readonly Written[])[], model: object = {}): Promise<Derived[]> {
    const { log, position } = await this.write(cases);
    if (this.#kept.length === RUNS_KEPT) await this.#kept.shift()!.ask('oracleDrop', {});
    const oracle = new Oracle(this.connection.reader, log);
    const derived = cases.map((_, home) => new Derived(oracle, log, bondOf(home)));
    this.#kept.push(derived[0]!);
    await derived[0]!.run({ ...MODEL, position, ...model });
    return derived;
  }
}

/** A run of the oracle over one log, looked at for one bond. */
export class Derived {
  readonly oracle: Oracle;
  readonly log: string;
  readonly bond: string;

  constructor(oracle: Oracle, log: string, bond: string) {
    this.oracle = oracle;
    this.log = log;
    this.bond = bond;
  }

  async run(parameters: object, run = 'test'): Promise<void> {
    for (let step = 1, steps = 1; step <= steps; step++) {
      const [row] = await this.ask('oracleDerive', { run, step, ...parameters });
      steps = row!.steps as number;
    }
  }

  async ask(name: string, parameters: object): Promise<readonly Record<string, unknown>[]> {
    return (await this.oracle.answer(name, { run: 'test', ...parameters }))!;
  }

  async observations(metric: string): Promise<readonly Observation[]> {
    const question = { metric, scope: `instrument:${this.bond}` };
    return (await this.ask('oracleObservations', question)) as unknown as Observation[];
  }

  /** Value by dealer; a list where a dealer has several, in event order. */
  async values(metric: string): Promise<Record<string, number | number[]>> {
    const values: Record<string, number | number[]> = {};
    for (const { dealer_id: dealer, x } of await this.observations(metric)) {
      const before = values[dealer];
      values[dealer] = before === undefined ? x : [before, x].flat();
    }
    return values;
  }

  async sums(metric: string, asOfUs: number, halfLivesUs: readonly number[]): Promise<Sums[]> {
    await this.ask('oracleSum', { metric, asOfUs, halfLivesUs });
    const sums: Sums[] = [];
    for (;;) {
      const { scope, dealer_id } = sums.at(-1) ?? { scope: '', dealer_id: '' };
      const after = { afterScope: scope, afterDealerId: dealer_id };
      const page = await this.ask('oracleSums', { metric, ...after });
      if (page.length === 0) return sums;
      sums.push(...(page as unknown as Sums[]));
    }
  }
}

/** The bond of the first partition is BOND. */
const bondOf = (home: number): string => (home === 0 ? 'BOND' : `BOND${home}`);

function eventOf(written: Written, home: number, sequence: number): FirstcallEvent {
  const { kind, at, id = `${kind}${sequence}`, ...fields } = written;
  const own = fields.instrumentId === 'BOND' ? { instrumentId: bondOf(home) } : {};
  return { kind, id, tsEvent: usOf(at), ...fields, ...own } as unknown as EventOf<typeof kind>;
}
