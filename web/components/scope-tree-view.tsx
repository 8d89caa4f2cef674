import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../state/page.ts';
import type { ScopeLine } from '../state/scope-tree.ts';
import { treeMove } from '../state/tree-keys.ts';
import { ScopeTreeLine } from './scope-tree-line.tsx';

interface ScopeTreeViewProps {
  readonly lines: ReadonlySignal<readonly ScopeLine[]>;
  onToggle(asset: string, isExpanded: boolean): void;
  onChoose(scope: string): void;
}

/** One tab stop; arrow keys walk, open and close (WAI-ARIA tree pattern). */
export function ScopeTreeView({ lines, onToggle, onChoose }: ScopeTreeViewProps) {
  const { scope: chosen } = usePage().address.value;
  const root = useRef<HTMLDivElement>(null);
  const focused = useSignal(chosen);
  const visible = lines.value;
  const tabStop = [focused.value, chosen].find((each) =>
    visible.some(({ scope }) => scope === each),
  );
  const isShown = visible.some(({ scope }) => scope === chosen);
  useEffect(() => {
    focused.value = chosen;
  }, [chosen, focused]);
  useEffect(() => {
    if (isShown) lineOf(root.current, chosen)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, isShown]);
  const focus = (scope: string) => {
    focused.value = scope;
    lineOf(root.current, scope)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = treeMove(lines.peek(), focused.peek(), event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'focus') focus(move.scope);
    else onToggle(move.scope, move.kind === 'expand');
  };
  if (visible.length === 0) return <p class="tree-empty">No segment is called so.</p>;
  return (
    <div
      ref={root}
      class="tree"
      role="tree"
      aria-label="Segments"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {visible.map((line) => (
        <ScopeTreeLine
          key={line.scope}
          line={line}
          isChosen={line.scope === chosen}
          isTabStop={line.scope === (tabStop ?? visible[0]?.scope)}
          onFocus={() => {
            focused.value = line.scope;
          }}
          onToggle={onToggle}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

function lineOf(tree: HTMLElement | null, scope: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-scope="${CSS.escape(scope)}"]`) ?? null;
}
