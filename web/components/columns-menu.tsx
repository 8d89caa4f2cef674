import { useRef } from 'preact/hooks';
import { KNOWN_METRICS, metricView } from '../format/metric-view.ts';
import { inOrder, USUAL_COLUMNS } from '../state/grid-columns.ts';
import { usePage } from '../state/page.ts';

const OTHERS: readonly (readonly [id: string, title: string])[] = [
  ['score', 'Score'],
  ['composite', 'Composite'],
  ['evidence', 'Evidence'],
  ['lastQuote', 'Last quote'],
  ['session', 'Session'],
];

/** Which columns the leaderboard has. */
export function ColumnsMenu() {
  const { board, choices } = usePage();
  const menu = useRef<HTMLDetailsElement>(null);
  const chosen = choices.columns.value;
  const close = () => {
    if (menu.current !== null) menu.current.open = false;
  };
  const metrics = inOrder([...KNOWN_METRICS, ...board.choices.value, ...metricsOf(chosen)]);
  const choice = (id: string, title: string) => (
    <label key={id} class="choice">
      <input
        type="checkbox"
        checked={chosen.includes(id)}
        onChange={() => choices.toggleColumn(id)}
      />
      {title}
    </label>
  );
  return (
    <details
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        close();
        menu.current?.querySelector('summary')?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        // Null: a click on what cannot have the focus, maybe in the menu itself.
        if (relatedTarget instanceof Node && !menu.current?.contains(relatedTarget)) close();
      }}
    >
      <summary class="button">Columns</summary>
      <div class="menu-body">
        <fieldset>
          <legend>Metrics</legend>
          {metrics.map((metric) => choice(metric, metricView(metric).title))}
        </fieldset>
        <fieldset>
          <legend>Others</legend>
          {OTHERS.map(([id, title]) => choice(id, title))}
        </fieldset>
        <button
          type="button"
          class="button"
          onClick={() => {
            choices.columns.value = USUAL_COLUMNS;
          }}
        >
          The usual ones
        </button>
      </div>
    </details>
  );
}

function metricsOf(columns: readonly string[]): string[] {
  return columns.filter((id) => !OTHERS.some(([other]) => other === id));
}
