import type { ComponentChildren, RefObject } from 'preact';
import type { GridColumn } from '../state/grid-columns.ts';

/** What every cell of a row is told. */
export interface CellPlace {
  readonly column: GridColumn;
  /** From 0. */
  readonly columnIndex: number;
  /** The grid's one tab stop. */
  readonly isTabStop: boolean;
}

interface GridCellProps extends CellPlace {
  readonly cell?: RefObject<HTMLTableCellElement | null>;
  /** It names the row. */
  readonly isHeader?: boolean;
  readonly isRanked?: boolean;
  /** What a card on a phone calls it. */
  readonly label?: string;
  readonly explain?: () => string;
  readonly children?: ComponentChildren;
}

export function GridCell(props: GridCellProps) {
  const { column, columnIndex, isTabStop, isRanked, label, explain, isHeader } = props;
  const Tag = isHeader ? 'th' : 'td';
  return (
    <Tag
      ref={props.cell ?? null}
      {...(isHeader ? { scope: 'row' } : {})}
      class={`cell col-${column.kind}${isRanked ? ' is-ranked' : ''}`}
      aria-colindex={columnIndex + 1}
      tabIndex={isTabStop ? 0 : -1}
      data-label={label}
      data-metric={column.kind === 'metric' ? column.id : undefined}
      onPointerEnter={explain && ((event) => (event.currentTarget.title = explain()))}
    >
      {props.children}
    </Tag>
  );
}
