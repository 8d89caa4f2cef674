import { encode } from '../../schemas/codec.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';

/**
 * A post-trade record as a message of at most `bytesMax`. What does not fit are the last fills of an
 * order with thousands of them; the figures are of all fills, and the record says how many are left
 * out. To refuse it would stop a shard for ever: it would come to the same order again.
 */
export function encodeTcaMessage(message: TcaMessage, bytesMax: number): Uint8Array {
  const { fills } = message.analysis;
  let kept = fills.length;
  let bytes = encode(message);
  while (bytes.length > bytesMax && kept > 0) {
    kept = Math.floor((kept * bytesMax) / bytes.length);
    const analysis = { ...message.analysis, fills: fills.slice(0, kept) };
    bytes = encode({ ...message, analysis, fillsOmitted: fills.length - kept });
  }
  return bytes;
}
