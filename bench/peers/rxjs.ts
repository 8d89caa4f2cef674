import type { IngestPeer, SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { importPeer, peerVersion } from './peer-packages.ts';
import { additionsOf, type Best, bestOf, type Cell, cellsOf, rowOf, type Sums } from './sums.ts';

interface Observable<T> {
  pipe<A, B>(a: Operator<T, A>, b: Operator<A, B>): Observable<B>;
  pipe<A>(a: Operator<T, A>): Observable<A>;
  subscribe(next: (value: T) => void): { unsubscribe(): void };
}
type Operator<T, R> = (source: Observable<T>) => Observable<R>;
interface Subject<T> extends Observable<T> {
  next(value: T): void;
}

/** What is used of `rxjs`. */
interface RxPackage {
  Subject: new <T>() => Subject<T>;
  groupBy<T>(key: (value: T) => string): Operator<T, Observable<T>>;
  mergeMap<T, R>(project: (value: T) => Observable<R>): Operator<T, R>;
  scan<T>(add: (sum: T, value: T) => T): Operator<T, T>;
}

/**
 * RxJS: a stream of what quotes add, grouped by cell, each group scanned into its decayed sums. It has
 * neither a store nor a query: the newest sums go to a map, and the question is answered by the plain
 * code that also checks every other answer.
 */
export class Rx implements SelectPeer, IngestPeer {
  readonly version = `RxJS ${peerVersion('rxjs')}`;
  readonly pids = [];
  readonly #market: PeerMarket;
  readonly #additions: Subject<Cell>;
  readonly #newest: Sums = new Map();

  private constructor(market: PeerMarket, { Subject, groupBy, mergeMap, scan }: RxPackage) {
    this.#market = market;
    this.#additions = new Subject<Cell>();
    this.#additions
      .pipe(
        groupBy(({ scope, dealerId, metric }) => `${scope} ${dealerId} ${metric}`),
        mergeMap((cell) => cell.pipe(scan(add))),
      )
      .subscribe(({ scope, dealerId, metric, v, vx }) => {
        const row = rowOf(this.#newest, scope, dealerId, market.metrics);
        row[2 * metric] = v;
        row[2 * metric + 1] = vx;
      });
  }

  static async open(market: PeerMarket): Promise<Rx> {
    return new Rx(market, await importPeer<RxPackage>('rxjs'));
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    for (const cell of cellsOf(sums)) this.#additions.next(cell);
  }

  ask(question: Question): Best[] {
    return bestOf(this.#newest, question);
  }

  ingest(quotes: readonly JudgedQuote[]): void {
    for (const addition of additionsOf(this.#market, quotes)) this.#additions.next(addition);
  }

  async sums(): Promise<Sums> {
    return this.#newest;
  }

  async close(): Promise<void> {}
}

const add = (sum: Cell, { v, vx }: Cell): Cell => ({ ...sum, v: sum.v + v, vx: sum.vx + vx });
