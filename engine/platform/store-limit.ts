import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SHARE_OF_FREE = 0.75;
/** nats-server takes a limit of 0 for none. */
const LIMIT_BYTES_MIN = 1 << 20;

/**
 * How large a JetStream store may grow: what it holds now and three quarters of what the disk has
 * free, so that a runaway feed is refused by JetStream before the disk is full. On a full disk
 * JetStream would stand still and answer nobody until it is started again.
 */
export function storeLimitBytes(storeDir: string): number {
  const used = usedBytes(storeDir);
  return Math.max(LIMIT_BYTES_MIN, used + Math.floor(freeBytes(storeDir) * SHARE_OF_FREE));
}

/** What the disk of a folder has free. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function usedBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A file that goes while we look holds nothing.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
