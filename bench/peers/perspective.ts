import { batchesOf, type IngestPeer, type SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { importPeer, peerVersion } from './peer-packages.ts';
import { additionsOf, type Best, bestOf, type Cell, type Sums, sumsOf } from './sums.ts';

type Columns = Record<string, (string | number)[]>;

interface View {
  to_columns(): Promise<Record<string, unknown[]>>;
  num_rows(): Promise<number>;
}

interface Table {
  update(columns: Columns): Promise<void>;
  view(config?: Readonly<Record<string, unknown>>): Promise<View>;
}

/** What is used of `@perspective-dev/client`, which was `@finos/perspective`. */
interface PerspectivePackage {
  default: {
    table(schema: Record<string, string>, options?: { index?: string }): Promise<Table>;
  };
}

/**
 * Perspective in this process: a table is updated, views follow it. No view can shrink one row by others,
 * so the views of an order's scopes are read, and the application does the rest.
 */
export class Perspective implements SelectPeer, IngestPeer {
  readonly version = `Perspective ${peerVersion('@perspective-dev/client')}`;
  readonly pids = [];
  readonly #market: PeerMarket;
  readonly #open: PerspectivePackage['default'];
  /** By scope: its rows as they stand, a dealer each. */
  readonly #scopes = new Map<string, View>();
  #updates: Table | null = null;
  #grouped: View | null = null;

  private constructor(market: PeerMarket, open: PerspectivePackage['default']) {
    this.#market = market;
    this.#open = open;
  }

  static async open(market: PeerMarket): Promise<Perspective> {
    const { default: open } = await importPeer<PerspectivePackage>('@perspective-dev/client');
    return new Perspective(market, open);
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    const names = this.#sumNames();
    const numbers = names.map((name) => [name, 'float']);
    const schema = { scope: 'string', dealer: 'string', ...Object.fromEntries(numbers) };
    const table = await this.#open.table(schema);
    for (const [scope, dealers] of sums) {
      const rows = [...dealers];
      const columns: Columns = {
        scope: rows.map(() => scope),
        dealer: rows.map(([dealerId]) => dealerId),
      };
      for (const [i, name] of names.entries()) columns[name] = rows.map(([, row]) => row[i]!);
      await table.update(columns);
      this.#scopes.set(scope, await table.view({ filter: [['scope', '==', scope]] }));
    }
  }

  async ask(question: Question): Promise<Best[]> {
    const sums: Sums = new Map();
    for (const scope of question.chain) sums.set(scope, await this.#read(scope));
    return bestOf(sums, question);
  }

  async ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    this.#updates ??= await this.#open.table(UPDATES);
    this.#grouped ??= await this.#updates.view(GROUPED);
    for (const batch of batchesOf(quotes)) {
      const columns: Columns = { scope: [], dealer: [], metric: [], v: [], vx: [] };
      for (const { scope, dealerId, metric, v, vx } of additionsOf(this.#market, batch)) {
        columns.scope!.push(scope);
        columns.dealer!.push(dealerId);
        columns.metric!.push(metric);
        columns.v!.push(v);
        columns.vx!.push(vx);
      }
      await this.#updates.update(columns);
    }
    // The answer comes after what was sent before.
    await this.#grouped.num_rows();
  }

  async sums(): Promise<Sums> {
    const columns = await this.#grouped!.to_columns();
    const paths = columns.__ROW_PATH__ as (string | number)[][];
    const cells = paths.flatMap((path, i): Cell[] => {
      // Those that are shorter are totals.
      if (path.length !== 3) return [];
      const [scope, dealerId, metric] = path as [string, string, number];
      return [{ scope, dealerId, metric, v: Number(columns.v![i]), vx: Number(columns.vx![i]) }];
    });
    return sumsOf(cells, this.#market.metrics);
  }

  async close(): Promise<void> {}

  async #read(scope: string): Promise<Map<string, Float64Array>> {
    const columns = await this.#scopes.get(scope)!.to_columns();
    const numbers = this.#sumNames().map((name) => columns[name] as number[]);
    const rows = (columns.dealer as string[]).map((dealerId, i): [string, Float64Array] => {
      return [dealerId, Float64Array.from(numbers, (column) => column[i]!)];
    });
    return new Map(rows);
  }

  #sumNames(): string[] {
    return Array.from({ length: this.#market.metrics }, (_, m) => [`v${m}`, `x${m}`]).flat();
  }
}

const UPDATES = { scope: 'string', dealer: 'string', metric: 'integer', v: 'float', vx: 'float' };
const GROUPED = {
  group_by: ['scope', 'dealer', 'metric'],
  columns: ['v', 'vx'],
  aggregates: { v: 'sum', vx: 'sum' },
};
