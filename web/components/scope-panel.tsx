import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../state/page.ts';
import { buildScopeTree, visibleLines } from '../state/scope-tree.ts';
import { hashOf } from '../state/topic-address.ts';
import { FoundInstruments } from './found-instruments.tsx';
import { PinnedScopes } from './scope-list.tsx';
import { ScopeSearch } from './scope-search.tsx';
import { ScopeTreeView } from './scope-tree-view.tsx';

/** With no more scopes than this everything is expanded at first. */
const EXPAND_ALL_MAX = 40;

/** What can be ranked: `ALL`, asset classes and their segments; a search finds issuers and instruments too. */
export function ScopePanel() {
  const page = usePage();
  const panel = useRef<HTMLElement>(null);
  const query = useSignal('');
  /** What the user has opened or closed by hand. */
  const toggled = useSignal<ReadonlyMap<string, boolean>>(new Map());
  const tree = useComputed(() => buildScopeTree(page.link.status.value?.scopes ?? []));
  const lines = useComputed(() => {
    const { scope } = page.address.value;
    const isSmall = (page.link.status.value?.scopes.length ?? 0) <= EXPAND_ALL_MAX;
    const isExpanded = (asset: string) =>
      toggled.value.get(asset) ?? (isSmall || scope === asset || scope.startsWith(`${asset}-`));
    return visibleLines(tree.value, isExpanded, query.value);
  });
  const isOpen = page.isDrawerOpen.value;
  useEffect(() => {
    if (isOpen) panel.current?.querySelector('input')?.focus();
  }, [isOpen]);
  const toggle = (asset: string, isExpanded: boolean) => {
    toggled.value = new Map(toggled.value).set(asset, isExpanded);
  };
  const choose = (scope: string) => {
    location.hash = hashOf({ scope, metric: page.address.peek().metric });
    page.isDrawerOpen.value = false;
  };
  return (
    <>
      {isOpen && (
        <button
          type="button"
          class="drawer-backdrop"
          aria-label="Close the list of segments"
          onClick={() => {
            page.isDrawerOpen.value = false;
          }}
        />
      )}
      <nav ref={panel} class={`panel ${isOpen ? 'panel-open' : ''}`} aria-label="Segments">
        <ScopeSearch query={query} lines={lines} onChoose={choose} />
        <div class="panel-lists">
          <PinnedScopes />
          <ScopeTreeView lines={lines} onToggle={toggle} onChoose={choose} />
          <FoundInstruments query={query} />
        </div>
      </nav>
    </>
  );
}
