import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/** Keys by what a terminal sends for them. */
const KEYS = new Map([
  ['\x1b[A', 'up'],
  ['\x1bOA', 'up'],
  ['k', 'up'],
  ['\x1b[B', 'down'],
  ['\x1bOB', 'down'],
  ['j', 'down'],
  ['\x1b[5~', 'pageUp'],
  ['\x1b[6~', 'pageDown'],
  [' ', 'pageDown'],
  ['\x1b[H', 'home'],
  ['\x1b[1~', 'home'],
  ['g', 'home'],
  ['\x1b[F', 'end'],
  ['\x1b[4~', 'end'],
  ['G', 'end'],
  ['q', 'quit'],
  ['\x03', 'quit'],
  ['\x04', 'quit'],
] as const);

export type Key = typeof KEYS extends Map<string, infer Name> ? Name : never;

/** A terminal that a program has to itself, until `leave`, which gives it back as it was. */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns;
  }

  get lines(): number {
    return this.#output.rows;
  }

  /** `onResize`: what is shown may no longer fit. */
  enter(onKey: (key: Key) => void, onResize: () => void): void {
    this.#input.setRawMode(true);
    this.#input.resume();
    this.#input.on('data', (sent) => {
      const key = KEYS.get(sent.toString() as never);
      if (key !== undefined) onKey(key);
    });
    this.#output.on('resize', onResize);
    this.#output.write(ENTER);
  }

  /** Over what was there, without a blank moment between. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${ERASE_LINE}`).join('\r\n');
    // A terminal that has not taken the last picture is given no further one.
    if (this.#output.writableNeedDrain) return;
    this.#output.write(`${HOME}${text}${ERASE_BELOW}`);
  }

  leave(): void {
    this.#output.write(LEAVE);
    this.#input.setRawMode(false);
    this.#input.pause();
  }
}
