/** An event that was published. */
export interface Sent {
  readonly partition: number;
  readonly sequence: number;
  /** When it was due, on the clock of `clockNanos`. */
  readonly at: number;
}

/** Nanoseconds of the machine's monotonic clock, the same in every process. */
export const clockNanos = (): number => Number(process.hrtime.bigint());
