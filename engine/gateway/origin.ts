import type { RequestHead } from './transport.ts';

export interface OriginPolicy {
  /** True when only this machine can reach the gateway, apart from pages in its browsers. */
  readonly isLoopback: boolean;
  /** Further origins, `https://desk.example`; `*` is any. */
  readonly allowOrigins: readonly string[];
}

const LOOPBACK_HOST = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOST.test(host) || host === '::1';
}

/**
 * Why a request that a web page may have made must not be served, or null. Browsers let any page
 * open a WebSocket to any host and say so in `Origin`; programs send none. A page of our own host
 * is welcome, others only when they are listed. On a loopback address the host itself must be a
 * loopback name, or a foreign name that is made to resolve to 127.0.0.1 would pass for ours.
 */
export function refuseOrigin(head: RequestHead, policy: OriginPolicy): string | null {
  const { host, origin } = head.headers;
  if (policy.allowOrigins.includes('*')) return null;
  if (policy.isLoopback && !isKnownHost(host, policy)) {
    return `host "${host}" is not a name of this machine: list its origin in allowOrigins`;
  }
  if (origin === '' || policy.allowOrigins.includes(origin)) return null;
  if (hostOf(origin) === host) return null;
  return `origin "${origin}" is not ours: list it in allowOrigins`;
}

function isKnownHost(host: string, policy: OriginPolicy): boolean {
  return (
    isLoopbackHost(host.replace(/:\d+$/, '')) ||
    policy.allowOrigins.some((origin) => hostOf(origin) === host)
  );
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
