import type { Model } from '../../engine/scoring/model.ts';

export interface ClientOptions {
  /**
   * `ws://host:7700`, or several engines of one log, of which one is listened to and another takes over
   * when that dies, falls silent or is not ready. `http:` and `https:` are taken for `ws:` and `wss:`.
   */
  readonly url: string | readonly string[];
  /** Longest wait before the first reconnection; doubles up to `reconnectMaxMs`. 250 by default. */
  readonly reconnectMinMs?: number;
  /** 10,000 by default. */
  readonly reconnectMaxMs?: number;
  /** How long a connection may take to open and say its status. 10,000 by default, 2,000 of several. */
  readonly connectTimeoutMs?: number;
  /** How often a connection is asked for a sign of life. 5,000 by default, 200 of several. */
  readonly pingIntervalMs?: number;
  /**
   * Of several engines: after this much silence of one, another is tried, and taken if that is ready before
   * the silence ends.
   * 500 by default.
   */
  readonly suspectAfterMs?: number;
  /** A connection silent for longer is dead, and its replicas stale. 15,000 by default, 3,000 of several. */
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

/** Where there is another engine to go to, a silent one is left within a second. */
export function resolveTiming(options: ClientOptions, engines: number): Timing {
  const several = engines > 1;
  return {
    reconnectMinMs: options.reconnectMinMs ?? 250,
    reconnectMaxMs: options.reconnectMaxMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? (several ? 2_000 : 10_000),
    pingIntervalMs: options.pingIntervalMs ?? (several ? 200 : 5_000),
    suspectAfterMs: several ? (options.suspectAfterMs ?? 500) : Number.POSITIVE_INFINITY,
    silenceMaxMs: options.silenceMaxMs ?? (several ? 3_000 : 15_000),
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
