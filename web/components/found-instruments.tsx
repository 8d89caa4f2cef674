import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { findScopes } from '../state/find-scopes.ts';
import { useAsked } from '../state/use-asked.ts';
import { ScopeList } from './scope-list.tsx';

/** One letter finds half of everything. */
const QUERY_MIN = 2;
/** Nobody is asked for every letter of a word. */
const REST_MS = 200;

/** Instruments whose ids begin with what is looked for, and their issuers. */
export function FoundInstruments({ query }: { readonly query: ReadonlySignal<string> }) {
  const words = useRested(query.value.trim());
  const isAsked = words.length >= QUERY_MIN;
  const { answer, failure } = useAsked(isAsked ? words : '', async (signal) =>
    isAsked ? await findScopes(words, signal) : null,
  );
  if (!isAsked) return null;
  if (failure.value !== null) {
    return <p class="tree-empty">Instruments cannot be looked up: {failure.value.message}.</p>;
  }
  const found = answer.value;
  if (found === null) return null;
  return (
    <>
      {found.issuers.length > 0 && <ScopeList title="Issuers" scopes={found.issuers} />}
      {found.instruments.length > 0 && <ScopeList title="Instruments" scopes={found.instruments} />}
      {found.hasMore && <p class="tree-empty">There are more: type on.</p>}
    </>
  );
}

/** The value once it has been left alone for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
