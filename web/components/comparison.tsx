import { type ComparedLine, comparedLines } from '../format/difference.ts';
import { usePage } from '../state/page.ts';
import { hashOfPage } from '../state/route.ts';

/** Two dealers side by side, or what is still to be chosen. */
export function Comparison() {
  const { board, choices, sampleCount } = usePage();
  // Read, not watched: twice a second is as often as words can change and be read.
  void sampleCount.value;
  const [a, b] = choices.compared.value;
  const rows = [a, b].map((id) => (id === undefined ? undefined : board.findRow(id)));
  const [rowA, rowB] = rows;
  const close = () => {
    choices.compared.value = [];
  };
  return (
    <section
      class="comparison"
      aria-label="Comparison"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <div class="comparison-head">
        <h2>
          {a} {b === undefined ? '' : `and ${b}`}
        </h2>
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
      {rowA !== undefined && rowB !== undefined ? (
        <ComparedTable lines={comparedLines(rowA, rowB)} names={[rowA.dealerId, rowB.dealerId]} />
      ) : (
        <p>
          {b === undefined
            ? `Choose a second dealer to see it beside ${a}.`
            : `${rowA === undefined ? a : b} was not observed in this scope.`}
        </p>
      )}
    </section>
  );
}

interface ComparedTableProps {
  readonly lines: readonly ComparedLine[];
  readonly names: readonly [string, string];
}

function ComparedTable({ lines, names }: ComparedTableProps) {
  return (
    <table class="facts">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          {names.map((name) => (
            <th key={name} scope="col" class="num">
              <a href={hashOfPage('dealers', name)}>{name}</a>
            </th>
          ))}
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ id, title, unit, texts, errors, says, isClear }) => (
          <tr key={id} class={isClear ? 'is-clear' : ''}>
            <th scope="row">
              {title} <span class="unit">{unit}</span>
            </th>
            {texts.map((text, i) => (
              <td key={names[i]} class="num">
                {text} <span class="se">{errors[i]}</span>
              </td>
            ))}
            <td>{says}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
