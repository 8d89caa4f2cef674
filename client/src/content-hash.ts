/**
 * Short name of a text's content, 16 hexadecimal digits of its SHA-256, as the engine names its model
 * and rules. Rejects where the runtime has no WebCrypto: in a page that is neither https nor
 * localhost.
 */
export async function contentHash(text: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
