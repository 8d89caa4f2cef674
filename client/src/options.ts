import type { Model } from '../../engine/scoring/model.ts';

export interface ClientOptions {
  /**
   * `ws://host:7700`, or several, tried in turn. `http:` and `https:` are taken for `ws:` and `wss:`.
   */
  readonly url: string | readonly string[];
  /** Longest wait before the first reconnection; doubles up to `reconnectMaxMs`. 250 by default. */
  readonly reconnectMinMs?: number;
  /** 10,000 by default. */
  readonly reconnectMaxMs?: number;
  /** How long a connection may take to open and say its status. 10,000 by default. */
  readonly connectTimeoutMs?: number;
  /** How often a quiet connection is asked for a sign of life. 5,000 by default. */
  readonly pingIntervalMs?: number;
  /** A connection silent for longer is dead, and its replicas stale. 15,000 by default. */
  readonly silenceMaxMs?: number;
  /**
   * `select` rejects with `timeout` after this long, and rules and dealers are asked for again. 5,000 by
   * default.
   */
  readonly selectTimeoutMs?: number;
  /** What `selectLocally` scores with: the default one, unless the engine has another. */
  readonly model?: Model;
}

export type Timing = Required<Omit<ClientOptions, 'url' | 'model'>>;

export function resolveTiming(options: ClientOptions): Timing {
  return {
    reconnectMinMs: options.reconnectMinMs ?? 250,
    reconnectMaxMs: options.reconnectMaxMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    pingIntervalMs: options.pingIntervalMs ?? 5_000,
    silenceMaxMs: options.silenceMaxMs ?? 15_000,
    selectTimeoutMs: options.selectTimeoutMs ?? 5_000,
  };
}

/** Throws a TypeError on what is no URL, or none at all. */
export function resolveUrls(url: string | readonly string[]): string[] {
  const urls = (typeof url === 'string' ? [url] : [...url]).map((text) => {
    const { href, protocol } = new URL(text);
    if (!/^(ws|http)s?:$/.test(protocol)) throw new TypeError(`${text}: use ws:// or wss://`);
    return href.replace(/^http/, 'ws');
  });
  if (urls.length === 0) throw new TypeError('url: name at least one');
  return urls;
}
