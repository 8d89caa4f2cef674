import type { DealerId, InstrumentId, Micros } from './ids.ts';
import type { DealerEvent, InstrumentEvent } from './reference.ts';
import type { Appetite, ScoredDealer } from './selection.ts';

/** A record as one message of the log made it. */
export interface RecordVersion<R> {
  /** Of the message in its stream. */
  readonly sequence: number;
  /** Place in the message. */
  readonly index: number;
  readonly record: R;
}

/** A change of a dealer's or an instrument's record. */
export interface RecordEdit {
  /** Of the dealer or the instrument. */
  readonly id: string;
  /** `replace`: the fields are all there is. `merge`: a JSON merge patch; null takes a field away. */
  readonly mode: 'replace' | 'merge';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly reason: string;
  /** The version that this is a change of; 0: there is none yet. Unsaid: whatever is there. */
  readonly expectedSequence?: number;
}

/** What became of an edit. */
export interface EditResult<R = DealerEvent | InstrumentEvent> {
  readonly outcome: 'created' | 'changed' | 'unchanged';
  /** Of the version that holds now; 0: it is not known yet. */
  readonly sequence: number;
  readonly record: R;
}

/** How a dealer stands at one scope now. */
export interface DealerStanding
  extends Omit<ScoredDealer, 'dealerId' | 'value' | 'metrics' | 'appetite'> {
  readonly scope: string;
  /** How many dealers have a rank there. */
  readonly ranked: number;
  readonly appetite: Appetite;
  readonly metrics: readonly {
    readonly metric: string;
    readonly estimate: number;
    /** Decayed observations behind it. */
    readonly mass: number;
  }[];
}

/** When a dealer was last heard of, by event time, epoch microseconds; null: never. */
export interface DealerTimes {
  /** Its newest firm quote. */
  readonly tsLastQuote: Micros | null;
  /** When it was last asked. */
  readonly tsLastAsk: Micros | null;
}

/** When all dealers were last heard of. */
export interface AllTimes {
  /** Of the newest event, as far as every partition knows: what their ages are as of. */
  readonly eventTime: Micros;
  /** Ids ascending. */
  readonly dealers: readonly ({ readonly dealerId: DealerId } & DealerTimes)[];
}

/** What is known of a dealer: what its record says, and what the engine has seen. */
export interface DealerProfile extends DealerTimes {
  readonly dealerId: DealerId;
  /** False: not in the dealer database; it is scored, and may be asked, all the same. */
  readonly isKnown: boolean;
  /** Of the version; null: no record. */
  readonly sequence: number | null;
  readonly record: DealerEvent | null;
  /** `ALL` and the asset classes where it was observed. */
  readonly standings: readonly DealerStanding[];
}

/** Some of all instruments, in the order of their ids. */
export interface InstrumentPage {
  readonly instruments: readonly {
    readonly instrumentId: InstrumentId;
    readonly sequence: number;
    readonly record: InstrumentEvent;
  }[];
  /** What `after` is of the next page; null: there are no more. */
  readonly next: InstrumentId | null;
}

/** One dealer in the list of all. */
export interface DealerSummary extends Pick<DealerProfile, 'dealerId' | 'isKnown' | 'sequence'> {
  readonly record: DealerEvent | null;
  /** By asset class; null: none. */
  readonly tiers: Readonly<Record<string, number | null>>;
}
