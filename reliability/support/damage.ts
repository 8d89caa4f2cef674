import { readSnapshot } from '../../engine/platform/snapshot-file.ts';
import type { Random } from '../../feeds/sim/random.ts';
import { FirstcallError } from '../../schemas/errors.ts';

interface Damaged {
  /** May be the bytes that were given: call `undo` before they are used for anything else. */
  readonly bytes: Buffer;
  readonly what: string;
  readonly isCut: boolean;
  undo(): void;
}

const CUT_SHARE = 0.1;
/** Damage in the first bytes, where magic, format, hash and description stand, comes more often than by chance. */
const HEAD_SHARE = 0.25;
const HEAD_BYTES = 400;

/** Flips one bit, in place, or cuts the file off. */
export function damage(bytes: Buffer, random: Random): Damaged {
  const end = random.chance(HEAD_SHARE) ? Math.min(HEAD_BYTES, bytes.length) : bytes.length;
  const at = random.integer(0, end - 1);
  if (random.chance(CUT_SHARE)) {
    const what = `cut off at byte ${at} of ${bytes.length}`;
    return { bytes: bytes.subarray(0, at), what, isCut: true, undo: () => {} };
  }
  const bit = random.integer(0, 7);
  const flip = (): void => {
    bytes[at]! ^= 1 << bit;
  };
  flip();
  const what = `bit ${bit} of byte ${at} of ${bytes.length}`;
  return { bytes, what, isCut: false, undo: flip };
}

/** Whether the file is refused as a bad snapshot; anything else that goes wrong with it is thrown. */
export function isRefused(bytes: Buffer): boolean {
  try {
    readSnapshot(bytes);
    return false;
  } catch (error) {
    if (error instanceof FirstcallError && error.code === 'badSnapshot') return true;
    throw error;
  }
}
