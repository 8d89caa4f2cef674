import type { Signal } from '@preact/signals';
import type { RefObject, TargetedFocusEvent, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { GridColumn } from '../state/grid-columns.ts';
import { DIVIDER, type GridItem, HEAD, idOf, rowOf } from '../state/grid-items.ts';
import { gridMove } from '../state/grid-keys.ts';
import { usePage } from '../state/page.ts';
import { hashOfPage } from '../state/route.ts';

/** The cell that the tab key comes to, by the id of its row: it goes with a dealer that moves. */
export interface GridStop {
  readonly id: string;
  readonly column: number;
}

interface GridKeys {
  readonly frame: RefObject<HTMLElement | null>;
  readonly items: readonly GridItem[];
  readonly columns: readonly GridColumn[];
  readonly stop: Signal<GridStop>;
  readonly rowHeight: number;
}

/**
 * One tab stop; arrow keys walk (WAI-ARIA grid pattern). Enter ranks by a title or opens a dealer, `c`
 * and the space bar choose a dealer to be compared, Escape none.
 */
export function useGridKeys({ frame, items, columns, stop, rowHeight }: GridKeys) {
  const { choices } = usePage();
  const isMoving = useRef(false);
  const hadFocus = frame.current?.contains(document.activeElement) ?? false;
  // A row that is put elsewhere in the document loses the focus.
  useLayoutEffect(() => {
    const isLost = hadFocus && !(frame.current?.contains(document.activeElement) ?? false);
    if (!isMoving.current && !isLost) return;
    const cell = frame.current?.querySelector<HTMLElement>('.board [tabindex="0"]');
    cell?.focus({ preventScroll: true });
    if (isMoving.current) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    isMoving.current = false;
  });
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.metaKey) return;
    const { id, column } = stop.peek();
    const at = { row: rowOf(items, id), column };
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2);
    const shape = { rows: items.length + 1, columns: columns.length, page };
    const to = gridMove(at, event.key, event.ctrlKey, shape);
    if (to !== null) {
      event.preventDefault();
      isMoving.current = true;
      stop.value = { id: to.row === 0 ? HEAD : idOf(items[to.row - 1]!), column: to.column };
    } else if (act(event, id)) event.preventDefault();
  };
  const act = (event: TargetedKeyboardEvent<HTMLElement>, id: string): boolean => {
    const target = event.target as HTMLElement;
    if (event.key === 'Escape' && choices.compared.peek().length > 0) {
      choices.compared.value = [];
      return true;
    }
    if (id === DIVIDER || event.ctrlKey) return false;
    if (event.key === 'Enter') {
      if (id === HEAD) target.querySelector('a')?.click();
      else location.hash = hashOfPage('dealers', id);
      return true;
    }
    const isChoosing = event.key === 'c' || (event.key === ' ' && !(target.localName === 'input'));
    if (id === HEAD || !isChoosing) return false;
    choices.toggleCompared(id);
    return true;
  };
  const onFocusIn = ({ target }: TargetedFocusEvent<HTMLElement>) => {
    const cell = (target as HTMLElement).closest('[aria-colindex]');
    const row = cell?.closest('tr');
    if (cell == null || row == null) return;
    const column = Number(cell.getAttribute('aria-colindex')) - 1;
    const isDivider = row.classList.contains('divider');
    const id = row.dataset.dealer ?? (isDivider ? DIVIDER : HEAD);
    const { id: lastId, column: lastColumn } = stop.peek();
    // The divider has one cell; the column is that of the cells above and below it.
    const kept = isDivider ? lastColumn : column;
    if (id !== lastId || kept !== lastColumn) stop.value = { id, column: kept };
  };
  return { onKeyDown, onFocusIn };
}
