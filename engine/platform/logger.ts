import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from './config-schema.ts';

export type Logger = PinoLogger;

/** Text that waits for a slow reader before lines are dropped (and counted), characters. */
const MAX_WAITING_LENGTH = 8 * 1024 * 1024;
const FLUSH_MS_MAX = 1000;

/** One log line as people read it, without colours unless asked. */
export function prettyLines(colours: boolean): (line: string) => string {
  return prettyFactory({
    colorize: colours,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname',
    messageFormat: '{msg}',
    singleLine: true,
  });
}

/** Whether a process with these settings writes for people. */
function isPretty(config: Pick<Config, 'logFormat'>): boolean {
  if (config.logFormat !== 'auto') return config.logFormat === 'pretty';
  return process.stdout.isTTY === true;
}

/**
 * The diagnostic log of one process, on standard output: JSON lines, or text on a terminal. A stuck
 * reader never blocks the process: past 8 MB of waiting text the newest lines are dropped and counted.
 * (Not pino's own destination: its flush waits for ever once the reader is gone.)
 */
export function createLogger(name: string, config: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  const format = isPretty(config) ? prettyLines(process.stdout.isTTY === true) : null;
  const stream: DestinationStream = {
    write: (line) => writeLine(format === null ? line : format(line)),
  };
  return pino({ name, level: config.logLevel, formatters: { level: levelByName } }, stream);
}

let droppedLines = 0;

function writeLine(line: string): void {
  if (process.stdout.writableLength > MAX_WAITING_LENGTH) droppedLines += 1;
  else process.stdout.write(line);
}

/** Names instead of numbers, since the lines are also read by machines that do not know pino. */
function levelByName(label: string): { level: string } {
  return { level: label };
}

/** Log lines lost to a slow reader since the process began. */
export function droppedLogLines(): number {
  return droppedLines;
}

/** Resolves when what waits is written, or after a second: a stuck reader does not hold up an exit. */
export function flushLogger(): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, FLUSH_MS_MAX);
    process.stdout.write('', () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}
