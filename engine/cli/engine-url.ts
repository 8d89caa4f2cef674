import type { Config } from '../platform/config.ts';
import { textFlag } from './arguments.ts';
import type { Flag, Invocation } from './command.ts';

export const URL_FLAG: Flag = {
  type: 'string',
  value: 'URL',
  description: 'The engine. Default: from host and port.',
};

/** Where the settings say that the engine listens. */
export function configuredUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = anywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The engine that is asked: by its flag, or by the settings. */
export function engineUrl(invocation: Invocation): string {
  return textFlag(invocation, 'url') ?? configuredUrl(invocation.config);
}
