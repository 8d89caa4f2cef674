import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DealerMatrix } from '../../../schemas/matrix.ts';
import type { DealerSummary } from '../../../schemas/record-edit.ts';
import { Answered } from '../../components/answered.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { fixed } from '../../format/number.ts';
import { ask } from '../../state/ask.ts';
import { hashOfPage } from '../../state/route.ts';
import { useAsked } from '../../state/use-asked.ts';
import { assetClassesOf, type DealerRow, dealerRows, shownRows } from './dealer-rows.ts';

const ASK_MS = 5_000;

/** Every dealer with its tier and score by asset class. */
export function DealerList() {
  const query = useSignal('');
  const sortedBy = useSignal<string | null>(null);
  const dealers = useAsked(
    'dealers',
    (signal) => ask<{ dealers: readonly DealerSummary[] }>('dealers', { signal }),
    ASK_MS,
  );
  const matrix = useAsked('matrix', (signal) => ask<DealerMatrix>('matrix', { signal }), ASK_MS);
  return (
    <PageFrame title="Dealers" beside={<DealerSearch query={query} />}>
      {matrix.failure.value !== null && (
        <p class="failure" role="alert">
          No scores: {matrix.failure.value.message}.
        </p>
      )}
      <Answered asked={dealers} what="the dealers">
        {(answer) => {
          const rows = dealerRows(answer.dealers, matrix.answer.value?.rows ?? []);
          return <DealerTable rows={rows} query={query.value} sortedBy={sortedBy} />;
        }}
      </Answered>
    </PageFrame>
  );
}

/** `/` comes here from anywhere on the page, Enter takes the first dealer found, Escape clears. */
function DealerSearch({ query }: { readonly query: Signal<string> }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <input
      ref={input}
      class="field dealer-search"
      type="search"
      placeholder="Find a dealer ( / )"
      aria-label="Find a dealer"
      autocomplete="off"
      spellcheck={false}
      value={query.value}
      onInput={(event) => {
        query.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') query.value = '';
        if (event.key !== 'Enter' || query.value === '') return;
        event.currentTarget.closest('.page')?.querySelector<HTMLElement>('tbody a')?.click();
      }}
    />
  );
}

interface DealerTableProps {
  readonly rows: readonly DealerRow[];
  readonly query: string;
  readonly sortedBy: Signal<string | null>;
}

function DealerTable({ rows, query, sortedBy }: DealerTableProps) {
  const assetClasses = assetClassesOf(rows);
  const shown = shownRows(rows, query, sortedBy.value);
  if (rows.length === 0) {
    return <p class="waiting">No dealer has a record, and none was observed yet.</p>;
  }
  return (
    <div class="card dealer-list">
      <p class="card-note">
        {shown.length} of {rows.length} dealers. Score 0–10, tier T1 best; – is too little evidence.
      </p>
      <table class="facts">
        <thead>
          <tr>
            <SortTitle title="Dealer" value={null} sortedBy={sortedBy} />
            <th scope="col">Name</th>
            {assetClasses.map((each) => (
              <SortTitle key={each} title={each} value={each} sortedBy={sortedBy} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <DealerLine key={row.dealerId} row={row} assetClasses={assetClasses} />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p class="waiting">No dealer is called so.</p>}
    </div>
  );
}

interface SortTitleProps {
  readonly title: string;
  /** Asset class; null: by id. */
  readonly value: string | null;
  readonly sortedBy: Signal<string | null>;
}

function SortTitle({ title, value, sortedBy }: SortTitleProps) {
  const isSorted = sortedBy.value === value;
  return (
    <th
      scope="col"
      class={value === null ? '' : 'num'}
      {...(isSorted ? { 'aria-sort': 'ascending' as const } : {})}
    >
      <button
        type="button"
        class="sort-button"
        title={value === null ? 'By id' : `By rank in ${value}`}
        onClick={() => {
          sortedBy.value = value;
        }}
      >
        {isSorted && <span aria-hidden="true">▾ </span>}
        {title}
      </button>
    </th>
  );
}

interface DealerLineProps {
  readonly row: DealerRow;
  readonly assetClasses: readonly string[];
}

function DealerLine({ row, assetClasses }: DealerLineProps) {
  return (
    <tr data-dealer={row.dealerId}>
      <th scope="row">
        <a class="link" href={hashOfPage('dealers', row.dealerId)}>
          {row.dealerId}
        </a>
        {row.hindrance !== null && <span class="hindrance">{row.hindrance}</span>}
      </th>
      <td>{row.name ?? '–'}</td>
      {assetClasses.map((each) => {
        const cell = row.cells[each];
        return (
          <td key={each} class="num" data-label={each}>
            {cell?.rank == null ? '–' : fixed(cell.displayScore, 2)}{' '}
            <span class="tier">{cell?.tier == null ? '' : `T${cell.tier}`}</span>
          </td>
        );
      })}
    </tr>
  );
}
