import type { Config } from '../platform/config.ts';
import { prettyLines } from '../platform/logger.ts';
import { formatAsJson, formatForPeople, type LineFormat } from './supervisor/line-forwarder.ts';

/** What a supervisor tells: sentences for people, or JSON lines where `logFormat` is `json`. */
export class Console {
  readonly #json: boolean;
  readonly #name: string;
  readonly #pretty = prettyLines(process.stdout.isTTY === true);

  constructor(name: string, config: Pick<Config, 'logFormat'>) {
    this.#name = name;
    this.#json = config.logFormat === 'json';
  }

  /** How lines of a child are printed. */
  formatOf(child: string): LineFormat {
    return this.#json ? formatAsJson(child) : formatForPeople(child, this.#pretty);
  }

  say(line: string): void {
    this.#log('info', line);
  }

  warn(line: string): void {
    this.#log('warn', line);
  }

  /** Text for people, printed as it is; one log line with `facts` for machines. */
  show(text: string, facts: Readonly<Record<string, unknown>>): void {
    if (this.#json) this.#write(JSON.stringify({ ...this.#line('info', 'ready'), ...facts }));
    else process.stdout.write(`${text}\n`);
  }

  #log(level: string, msg: string): void {
    const line = JSON.stringify(this.#line(level, msg));
    if (this.#json) this.#write(line);
    else process.stdout.write(this.#pretty(line));
  }

  #line(level: string, msg: string) {
    return { level, time: Date.now(), name: this.#name, msg };
  }

  #write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
