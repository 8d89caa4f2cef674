import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONFIG_VARIABLE, type Config, encodeConfig } from '../platform/config.ts';
import type { Invocation } from './command.ts';
import { type EntryName, entryPath } from './entries.ts';
import { DEV_STORE, urlsOfStore } from './supervisor/store.ts';

/** The NATS server of the log: that of the settings, or of a running `firstcall dev`; null: none. */
export function logNatsUrl(config: Pick<Config, 'natsUrl' | 'storeDir'>): string | null {
  return config.natsUrl ?? urlsOfStore(join(config.storeDir, DEV_STORE)).natsUrl;
}

/** Becomes a process that reads the log. Passes `--json` on. */
export async function becomeLogProcess(
  { config, flags }: Invocation,
  name: EntryName,
  args: readonly string[],
): Promise<void> {
  process.env[CONFIG_VARIABLE] = encodeConfig({ ...config, natsUrl: logNatsUrl(config) });
  const entry = entryPath(name);
  const json = flags.has('json') ? ['--json'] : [];
  process.argv.splice(1, process.argv.length, entry, ...args, ...json);
  await import(pathToFileURL(entry).href);
}
