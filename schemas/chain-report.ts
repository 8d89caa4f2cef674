type ChainFaultKind = 'edited' | 'missing' | 'outOfOrder' | 'notChained' | 'differsInClickHouse';

/** Something in the record of decisions that is not as it was written. */
export interface ChainFault {
  readonly sequence: number;
  readonly kind: ChainFaultKind;
  readonly words: string;
}

/** What became of a verification of the whole record of decisions. */
export interface ChainReport {
  /** Records that the stream holds. */
  readonly records: number;
  /** Last sequence that the stream has given away. */
  readonly lastSequence: number;
  /** Hash of the last record. */
  readonly head: string;
  /** The first ones, in the order in which they were found. */
  readonly faults: readonly ChainFault[];
  readonly faultCount: number;
  /** The copy in ClickHouse; null: not compared. */
  readonly copy: { readonly compared: number; readonly through: number } | null;
  /** Why it was not compared, '' if it was. */
  readonly notCompared: string;
}

/** A fault's kind in words. */
export const CHAIN_FAULT_NAMES: Readonly<Record<ChainFaultKind, string>> = {
  edited: 'edited',
  missing: 'missing',
  outOfOrder: 'out of order',
  notChained: 'not chained',
  differsInClickHouse: 'differs in ClickHouse',
};
