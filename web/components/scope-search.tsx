import type { ReadonlySignal, Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../state/page.ts';
import type { ScopeLine } from '../state/scope-tree.ts';

interface ScopeSearchProps {
  readonly query: Signal<string>;
  readonly lines: ReadonlySignal<readonly ScopeLine[]>;
  onChoose(scope: string): void;
}

/** `/` comes here from anywhere, Enter takes the first segment found, Escape clears. */
export function ScopeSearch({ query, lines, onChoose }: ScopeSearchProps) {
  const page = usePage();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      page.isDrawerOpen.value = true;
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [page]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      const found = bestMatch(lines.peek());
      if (query.peek() === '') return;
      if (found !== undefined) onChoose(found.scope);
      else firstFound(input.current)?.click();
    } else if (event.key === 'Escape') {
      if (query.peek() === '') page.isDrawerOpen.value = false;
      query.value = '';
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      firstFound(input.current)?.focus();
    }
  };
  return (
    <div class="search">
      <input
        ref={input}
        type="search"
        placeholder="Segment or instrument ( / )"
        aria-label="Find a segment or an instrument"
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The first segment, issuer or instrument below the search. */
const firstFound = (input: HTMLElement | null) =>
  input
    ?.closest('nav')
    ?.querySelector<HTMLElement>('[role=treeitem], .scope-list:not([aria-label=Pinned]) a');

/** A class of which only some segments match is not what was looked for. */
function bestMatch(lines: readonly ScopeLine[]): ScopeLine | undefined {
  return lines.find(({ level }) => level === 3) ?? lines[0];
}
