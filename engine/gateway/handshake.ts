import { SUBPROTOCOLS } from './frame.ts';
import { MAX_SUBSCRIBERS } from './limits.ts';
import { type OriginPolicy, refuseOrigin } from './origin.ts';
import type { HandshakeAnswer, RequestHead } from './transport.ts';

/**
 * Takes or refuses a WebSocket handshake, on any path, so that a proxy may put a prefix before it.
 * The client's first subprotocol that we speak is chosen; one that offers none reads JSON.
 */
export function answerHandshake(
  head: RequestHead,
  subscribers: number,
  originPolicy: OriginPolicy,
): HandshakeAnswer {
  const foreign = refuseOrigin(head, originPolicy);
  if (foreign !== null) return { status: 403, code: 'foreignOrigin', message: foreign };
  if (subscribers >= MAX_SUBSCRIBERS) {
    const message = `${MAX_SUBSCRIBERS} subscribers are connected, which is the limit`;
    return { status: 503, code: 'tooManySubscribers', message };
  }
  const offered = head.headers['sec-websocket-protocol'];
  if (offered === '') return { protocol: '' };
  const protocol = offered
    .split(',')
    .map((name) => name.trim())
    .find((name) => SUBPROTOCOLS.has(name));
  if (protocol !== undefined) return { protocol };
  const known = [...SUBPROTOCOLS.keys()].join(' or ');
  const message = `subprotocol "${offered}" is unknown: offer ${known}, or none for JSON`;
  return { status: 400, code: 'unknownSubprotocol', message };
}
