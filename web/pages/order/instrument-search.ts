import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { InstrumentPage } from '../../../schemas/record-edit.ts';
import type { InstrumentEvent } from '../../../schemas/reference.ts';
import { count } from '../../format/number.ts';
import { ask } from '../../state/ask.ts';

const FOUND_MAX = 12;
const DEBOUNCE_MS = 120;

/**
 * The instruments whose ids begin with a text; without any, those that do in capitals. `onFound` is told
 * of each answer.
 */
export function useFound(
  prefix: string,
  isOpen: boolean,
  onFound: (found: readonly InstrumentEvent[]) => void,
): ReadonlySignal<readonly InstrumentEvent[]> {
  const found = useSignal<readonly InstrumentEvent[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    const gone = new AbortController();
    const search = (id: string) => searchInstruments(id, FOUND_MAX, gone.signal);
    const timer = setTimeout(async () => {
      try {
        const exact = await search(prefix);
        found.value = exact.length > 0 ? exact : await search(prefix.toUpperCase());
        onFound(found.value);
      } catch {
        // Without a list the id can still be typed; what is wrong with the engine is said elsewhere.
        if (!gone.signal.aborted) found.value = [];
      }
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [prefix, isOpen]);
  return found;
}

/** An instrument as the security master knows it; null: it does not, or has not answered. */
export function useInstrument(instrumentId: string): InstrumentEvent | null {
  const record = useSignal<InstrumentEvent | null>(null);
  useEffect(() => {
    record.value = null;
    if (instrumentId === '') return;
    const gone = new AbortController();
    searchInstruments(instrumentId, 1, gone.signal).then(
      ([found]) => {
        if (found?.instrumentId === instrumentId) record.value = found;
      },
      // Not known for now: the answer to the order says what is wrong.
      () => {},
    );
    return () => gone.abort();
  }, [instrumentId]);
  return record.value;
}

/** In the order of their ids. */
async function searchInstruments(
  id: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly InstrumentEvent[]> {
  const query = new URLSearchParams({ id, limit: String(limit) });
  const { instruments } = await ask<InstrumentPage>(`instruments?${query}`, { signal });
  return instruments.map(({ record }) => record);
}

/** What tells an instrument from others: class, sector, rating, maturity, currency, daily volume. */
export function describeInstrument(instrument: InstrumentEvent): string {
  const { assetClass, sector, rating, maturityDate, currency, averageDailyVolume } = instrument;
  const volume =
    averageDailyVolume === undefined ? undefined : `ADV ${count(averageDailyVolume / 1e6)}m`;
  const facts = [assetClass, sector, rating, maturityDate, currency, volume];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
