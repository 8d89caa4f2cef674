import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FLOOR_BYTES = 1 << 30;
const SHARE_OF_FREE = 0.75;

/**
 * How large a JetStream store may grow: what it holds now and three quarters of what the disk has
 * free, so that a runaway feed is refused by JetStream before the disk is full. At least 1 GiB, since
 * a limit below what is stored would refuse every publish.
 */
export function storeLimitBytes(storeDir: string): number {
  const { bavail, bsize } = statfsSync(storeDir);
  const roomBytes = Math.floor(bavail * bsize * SHARE_OF_FREE);
  return usedBytes(storeDir) + Math.max(FLOOR_BYTES, roomBytes);
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
