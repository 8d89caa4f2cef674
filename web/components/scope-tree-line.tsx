import { scopeLabel } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import type { ScopeLine } from '../state/scope-tree.ts';
import { hashOf } from '../state/topic-address.ts';

interface ScopeTreeLineProps {
  readonly line: ScopeLine;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  onFocus(): void;
  onToggle(asset: string, isExpanded: boolean): void;
  onChoose(scope: string): void;
}

/** A link, so that a segment can be opened in another tab and its address copied. */
export function ScopeTreeLine(props: ScopeTreeLineProps) {
  const { line, isChosen, isTabStop, onFocus, onToggle, onChoose } = props;
  const { scope, level, isExpanded, childCount } = line;
  const { metric } = usePage().address.value;
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onChoose(scope);
  };
  const onTwist = (event: MouseEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onToggle(scope, isExpanded !== true);
  };
  return (
    <a
      class={`scope scope-${level}`}
      href={hashOf({ scope, metric })}
      role="treeitem"
      title={scope}
      aria-level={level}
      aria-selected={isChosen}
      {...(isExpanded === null ? {} : { 'aria-expanded': isExpanded })}
      tabIndex={isTabStop ? 0 : -1}
      data-scope={scope}
      onFocus={onFocus}
      onClick={onClick}
    >
      {isExpanded !== null && (
        <span class="twist" aria-hidden="true" onClick={onTwist}>
          {isExpanded ? '▾' : '▸'}
        </span>
      )}
      <ScopeName scope={scope} />
      {childCount > 0 && <span class="scope-count">{childCount}</span>}
    </a>
  );
}

function ScopeName({ scope }: { readonly scope: string }) {
  const { group, parts } = scopeLabel(scope);
  if (parts.length === 0) return <span class="scope-name">{group}</span>;
  const [first, ...rest] = parts;
  return (
    <span class="scope-name">
      <span class="scope-part">{first}</span>
      {rest.map((part) => (
        <span key={part} class="scope-part scope-part-minor">
          {part}
        </span>
      ))}
    </span>
  );
}
