import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import { configField } from '../platform/config-fields.ts';
import { textFlag } from './arguments.ts';
import type { Flag, Invocation } from './command.ts';
import { DEV_STORE, urlsOfStore } from './supervisor/store.ts';

export const URL_FLAG: Flag = {
  type: 'string',
  value: 'URL',
  description: 'The engine. Default: from host and port, else what runs in the store.',
};

/** Where the settings say that the engine listens. */
export function configuredUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = anywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The engine that is asked: by its flag, by a port in the settings, or the one that runs in the store. */
export function engineUrl(invocation: Invocation): string {
  const { config } = invocation;
  const isDefault = config.port === configField('port')!.schema.default;
  const running = isDefault ? urlsOfStore(join(config.storeDir, DEV_STORE)).url : null;
  return textFlag(invocation, 'url') ?? running ?? configuredUrl(config);
}
