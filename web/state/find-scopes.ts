import type { InstrumentPage } from '../../schemas/record-edit.ts';
import { ask } from './ask.ts';

/** Scopes of instruments, and of their issuers. */
export interface FoundScopes {
  readonly issuers: readonly string[];
  readonly instruments: readonly string[];
  readonly hasMore: boolean;
}

const FOUND_MAX = 12;

/** By the beginning of an instrument's id; where nothing has it, in capitals. Rejects with FirstcallError. */
export async function findScopes(prefix: string, signal: AbortSignal): Promise<FoundScopes> {
  const found = await askPage(prefix, signal);
  const capitals = prefix.toUpperCase();
  if (found.instruments.length > 0 || capitals === prefix) return scopesOf(found);
  return scopesOf(await askPage(capitals, signal));
}

function askPage(prefix: string, signal: AbortSignal): Promise<InstrumentPage> {
  const query = new URLSearchParams({ id: prefix, limit: String(FOUND_MAX) });
  return ask<InstrumentPage>(`instruments?${query}`, { signal });
}

export function scopesOf({ instruments, next }: InstrumentPage): FoundScopes {
  const issuers = new Set<string>();
  for (const { record } of instruments) {
    if (record.issuerId !== undefined) issuers.add(`issuer:${record.issuerId}`);
  }
  return {
    issuers: [...issuers],
    instruments: instruments.map(({ instrumentId }) => `instrument:${instrumentId}`),
    hasMore: next !== null,
  };
}
