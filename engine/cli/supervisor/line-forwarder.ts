import { Transform, type TransformCallback } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Characters of one line; what is longer is cut into several. */
const MAX_LINE_LENGTH = 256 * 1024;

/** Turns a child's log line into what the supervisor prints, line end included. */
export type LineFormat = (line: string) => string;

/** Splits a child's output into lines and prints each whole, so that children do not interleave. */
export class LineForwarder extends Transform {
  readonly #format: LineFormat;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(format: LineFormat) {
    super();
    this.#format = format;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop()!;
    while (this.#rest.length > MAX_LINE_LENGTH) {
      lines.push(this.#rest.slice(0, MAX_LINE_LENGTH));
      this.#rest = this.#rest.slice(MAX_LINE_LENGTH);
    }
    done(null, this.#print(lines));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#print([this.#rest + this.#decoder.end()]));
  }

  #print(lines: readonly string[]): string {
    return lines
      .filter((line) => line.trim() !== '')
      .map(this.#format)
      .join('');
  }
}

/** For people: pino's lines as text, anything else behind the child's name. */
export function formatForPeople(name: string, pretty: (line: string) => string): LineFormat {
  return (line) => (isLogLine(line) ? pretty(line) : `${name} | ${line}\n`);
}

/** For machines: pino's lines as they are, anything else wrapped like one. */
export function formatAsJson(name: string): LineFormat {
  return (line) =>
    isLogLine(line)
      ? `${line}\n`
      : `${JSON.stringify({ level: 'info', time: Date.now(), name, msg: line })}\n`;
}

function isLogLine(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const value = JSON.parse(line) as { level?: unknown; time?: unknown };
    return value.level !== undefined && value.time !== undefined;
  } catch {
    return false;
  }
}
