import type { ScopeLine } from './scope-tree.ts';

/** What a key does in the tree. */
export type TreeMove =
  | { readonly kind: 'focus'; readonly scope: string }
  | { readonly kind: 'expand' | 'collapse'; readonly scope: string };

/**
 * The keys of the WAI-ARIA tree pattern: up and down walk the visible lines, right opens or enters,
 * left closes or goes to the parent. Null when the key does nothing here.
 */
export function treeMove(
  lines: readonly ScopeLine[],
  focused: string,
  key: string,
): TreeMove | null {
  const at = lines.findIndex(({ scope }) => scope === focused);
  const line = lines[at];
  switch (key) {
    case 'ArrowDown':
      return focusOn(lines[at + 1]);
    case 'ArrowUp':
      return at < 0 ? null : focusOn(lines[at - 1]);
    case 'Home':
      return focusOn(lines[0]);
    case 'End':
      return focusOn(lines.at(-1));
    case 'ArrowRight':
      if (line?.isExpanded === false) return { kind: 'expand', scope: line.scope };
      return line?.isExpanded === true ? focusOn(lines[at + 1]) : null;
    case 'ArrowLeft':
      if (line?.isExpanded === true) return { kind: 'collapse', scope: line.scope };
      return line?.level === 3 ? focusOn(parentOf(lines, at)) : null;
    default:
      return null;
  }
}

function focusOn(line: ScopeLine | undefined): TreeMove | null {
  return line === undefined ? null : { kind: 'focus', scope: line.scope };
}

function parentOf(lines: readonly ScopeLine[], at: number): ScopeLine | undefined {
  return lines.slice(0, at).findLast(({ level }) => level === 2);
}
