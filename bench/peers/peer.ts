import type { Micros } from '../../schemas/ids.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import type { Best, Sums } from './sums.ts';

/** Something that a user might pick instead, or ourselves, in the process that uses it. */
interface Peer {
  /** Name and version of what does the work. */
  readonly version: string;
  /** Other processes that work for it: their processor time counts. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** Can be asked for the best dealers. */
export interface SelectPeer extends Peer {
  /** Of who can only repeat what was computed before: when that was. Else answers are as of the question. */
  readonly tsAnswers?: Micros;
  /** Brings it to where all `quotes` have led; `sums` are what those come to. */
  load(quotes: readonly JudgedQuote[], sums: Sums): Promise<void>;
  /** The best five, best first. */
  ask(question: Question): readonly Best[] | Promise<readonly Best[]>;
}

/** Can be given quotes one after another. */
export interface IngestPeer extends Peer {
  /** How often it takes the same quotes, of who would be done too soon to be timed. Default: once. */
  readonly passes?: number;
  /** What a feed does before: not measured. */
  prepare?(quotes: readonly JudgedQuote[]): Promise<void>;
  /** Resolves when a question would count them all. */
  ingest(quotes: readonly JudgedQuote[]): void | Promise<void>;
  /** What it has added up; null from who keeps nothing. */
  sums(): Promise<Sums | null>;
}

export type OpenPeer<P extends Peer> = (market: PeerMarket) => P | Promise<P>;

/** Quotes that peers are given at once, unless their documentation would have it otherwise. */
const QUOTES_A_BATCH = 1_000;

export function* batchesOf<T>(items: readonly T[], size = QUOTES_A_BATCH): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
