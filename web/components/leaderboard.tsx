import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { cardHeightOf, gridColumns, templateOf, widthOf } from '../state/grid-columns.ts';
import { gridItems, idOf, rowOf, rowsToShow } from '../state/grid-items.ts';
import { useLastQuotes } from '../state/last-quotes.ts';
import { usePage } from '../state/page.ts';
import { rowWindow } from '../state/row-window.ts';
import { DealerRow } from './dealer-row.tsx';
import { Divider } from './divider.tsx';
import { LeaderboardHead } from './leaderboard-head.tsx';
import { type GridStop, useGridKeys } from './use-grid-keys.ts';
import { useRowGlide } from './use-row-glide.ts';
import { useView } from './use-view.ts';

const ROW_HEIGHT = 29;
/** Column of the dealers' names. */
const FIRST_STOP = 2;

/** The ranking as a grid of which only the rows near the view are in the document. */
export function Leaderboard() {
  const { address, board, choices } = usePage();
  const frame = useRef<HTMLDivElement>(null);
  const { isNarrow, top, height, width, onScroll } = useView(frame);
  const places = board.places.value;
  const items = useMemo(() => gridItems(places), [places]);
  const [chosen, rankedBy] = [choices.columns.value, address.value.metric];
  const columns = useMemo(() => gridColumns(chosen, rankedBy), [chosen, rankedBy]);
  const times = useLastQuotes(columns.some(({ kind }) => kind === 'lastQuote'));
  const stop = useSignal<GridStop>({ id: idOf(items[0] ?? null), column: FIRST_STOP });
  const rowHeight = isNarrow ? cardHeightOf(columns) : ROW_HEIGHT;
  const stopRow = rowOf(items, stop.value.id);
  const column = Math.min(stop.value.column, columns.length - 1);
  const rows = rowsToShow(
    items,
    rowWindow({ top, height, rowHeight, rows: items.length }),
    stopRow,
  );
  const keys = useGridKeys({ frame, items, columns, stop, rowHeight });
  useRowGlide(frame, rows, rowHeight);
  return (
    <div ref={frame} class="table-frame" onScroll={onScroll}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: table elements say rows and cells.
        role="grid"
        class={`board${!isNarrow && widthOf(columns) > width ? ' is-wide' : ''}`}
        aria-label="Dealers"
        aria-rowcount={items.length + 1}
        aria-colcount={columns.length}
        style={{
          '--columns': templateOf(columns),
          '--row': `${rowHeight}px`,
          minWidth: isNarrow ? 0 : `${widthOf(columns)}px`,
        }}
        {...keys}
      >
        <LeaderboardHead columns={columns} tabStop={stopRow === 0 ? column : null} />
        <tbody class="board-rows" style={{ height: `${items.length * rowHeight}px` }}>
          {rows.map(({ item, index }) =>
            item === null ? (
              <Divider
                key={idOf(item)}
                top={index * rowHeight}
                rowIndex={index + 2}
                span={columns.length}
                isTabStop={stopRow === index + 1}
              />
            ) : (
              <DealerRow
                key={item.dealerId}
                place={item}
                index={index}
                rowHeight={rowHeight}
                columns={columns}
                tabStop={stopRow === index + 1 ? column : null}
                times={times}
              />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
