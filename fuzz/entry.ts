import type fc from 'fast-check';

/** Largest input, bytes: what the promises about time and memory are made for. */
export const MAX_INPUT_BYTES = 64 * 1024;

/** What became of one input: something that was made of it, or a typed refusal that says why. */
export type Outcome =
  | { readonly taken: unknown }
  | { readonly refused: string; readonly reason: string };

/** An entry that stands open. */
export interface OpenEntry {
  /**
   * Lets one input in. A FirstcallError that it throws is a refusal; anything else is a fault. Where
   * several things become of an input, a refusal is what counts.
   */
  feed(input: Uint8Array): Outcome | Promise<Outcome>;
  close(): void | Promise<void>;
}

/** A place where what others wrote comes in. */
export interface FuzzEntry {
  readonly name: string;
  /** What comes in there. */
  readonly about: string;
  /** Valid inputs, damaged ones and noise, of at most MAX_INPUT_BYTES. */
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Inputs that are known to hurt parsers. They come first, whatever the seed. */
  readonly bombs: readonly Uint8Array[];
  open(): OpenEntry | Promise<OpenEntry>;
}
