import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFreePort } from './port.ts';

const fileOf = (storeDir: string) => join(storeDir, 'nats-port');

/** The port that is asked for; where any will do (0), that of the last run on the store, if it is free. */
export async function natsPortFor(storeDir: string, asked: number): Promise<number> {
  const last = asked === 0 ? readPort(storeDir) : 0;
  return last !== 0 && (await isFreePort('127.0.0.1', last)) ? last : asked;
}

/** For the next run that keeps the store. */
export function noteNatsPort(storeDir: string, url: string): void {
  writeFileSync(fileOf(storeDir), new URL(url).port);
}

/** 0: there is none. */
function readPort(storeDir: string): number {
  try {
    const port = Number(readFileSync(fileOf(storeDir), 'utf8'));
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0;
  } catch {
    return 0;
  }
}
