import type { Audience } from './audience.ts';
import { type FrameSink, RawSocket } from './raw-socket.ts';

/** How a server is spoken to. */
export interface Dialect {
  readonly path: string;
  readonly protocol: string;
  /** Sent first; null: nothing. */
  readonly hello: string | null;
  /** What a text asks to be answered with; null: nothing. */
  answer(text: string): string | null;
}

/** One subscriber. */
export class Member implements FrameSink {
  /** Number of the state that it holds; null: none. */
  held: number | null = null;
  isLost = false;
  readonly #dialect: Dialect;
  readonly #audience: Audience;
  readonly #socket: RawSocket;
  #isBinary = false;
  /** The frame that should come, as somebody else has had it; null once it is another. */
  #expected: Buffer | null = null;
  #same = 0;
  #parts: Buffer[] = [];

  constructor(port: number, dialect: Dialect, audience: Audience) {
    this.#dialect = dialect;
    this.#audience = audience;
    this.#socket = new RawSocket({ port, ...dialect }, this);
  }

  opened(): void {
    if (this.#dialect.hello !== null) this.#socket.sendText(this.#dialect.hello);
  }

  begin(isBinary: boolean, length: number): void {
    this.#isBinary = isBinary;
    const next = this.held === null ? undefined : this.#audience.delta(this.held + 1);
    this.#expected = isBinary && next?.length === length ? next : null;
    this.#same = 0;
    this.#parts = [];
  }

  part(bytes: Buffer): void {
    const end = this.#same + bytes.length;
    if (this.#expected !== null) {
      if (this.#expected.compare(bytes, 0, bytes.length, this.#same, end) === 0) {
        this.#same = end;
        return;
      }
      this.#parts.push(this.#expected.subarray(0, this.#same));
      this.#expected = null;
    }
    // The bytes are overwritten when this returns.
    this.#parts.push(Buffer.from(bytes));
  }

  end(): void {
    if (this.#expected !== null) {
      this.held!++;
      this.#audience.count(this.#same);
      return;
    }
    const frame = Buffer.concat(this.#parts);
    this.#parts = [];
    if (this.#isBinary) {
      this.held = this.#audience.take(frame, this.held);
      return;
    }
    const answer = this.#dialect.answer(frame.toString());
    if (answer !== null) this.#socket.sendText(answer);
  }

  closed(): void {
    this.isLost = true;
  }

  leave(): void {
    this.#socket.close();
  }
}
