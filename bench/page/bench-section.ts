import { Latencies } from '../support/latencies.ts';
import type {
  BenchResult,
  RowResult,
  TableResult,
  TargetResult,
} from '../support/results-schema.ts';
import { limitText } from '../support/target-text.ts';
import { type Bar, barPlot } from './bar-plot.ts';
import { latencyPlot } from './latency-plot.ts';
import { type Markup, markup } from './markup.ts';
import { figureTable } from './tables.ts';

/** A benchmark: what it asks, its tables, each beside its plots, and what it checked. */
export function benchSection(bench: BenchResult, targets: readonly TargetResult[]): Markup {
  const { name, question, load, notes, checks, tables } = bench;
  const own = targets.filter((target) => target.bench === name);
  return markup`<section id="${name}" aria-labelledby="${name}-title">
<h2 id="${name}-title">${name}</h2>
<p>${question}</p>
<p class="soft">Load: ${load}</p>
${tables.map((table) => tablePart(name, table, own))}
<h3>Checks</h3>
<ul class="facts">${checks.map(checkItem)}</ul>
${notes.length === 0 ? null : markup`<h3>Notes</h3><ul class="facts">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}
</section>
`;
}

const checkItem = ({ name, passed, detail }: BenchResult['checks'][number]): Markup =>
  markup`<li><span class="${passed ? 'good' : 'bad'}">${passed ? '\u2713 passed' : '\u2717 FAILED'}</span>: ${name} <span class="soft">(${detail})</span></li>`;

function tablePart(bench: string, table: TableResult, targets: readonly TargetResult[]): Markup {
  const plots = plotsOf(bench, table, targets).filter((plot) => plot !== null);
  return markup`<h3>${table.title}</h3>
<div class="exhibit">${figureTable(`${bench}: ${table.title}`, table)}
${plots.length === 0 ? null : markup`<div class="plots">${plots}</div>`}</div>`;
}

/** Latencies as curves; everything else that was measured over rounds, and what has a target, as bars. */
function plotsOf(
  bench: string,
  table: TableResult,
  targets: readonly TargetResult[],
): (Markup | null)[] {
  const curves = table.rows.flatMap(({ contender, isBaseline, figures: { histogram } }) =>
    typeof histogram === 'string'
      ? [{ name: contender, isBaseline, latencies: Latencies.decode(histogram) }]
      : [],
  );
  const here = targets.filter(({ cell }) => cell?.table === table.title);
  const isDrawn = (column: string): boolean =>
    curves.length === 0
      ? table.rows.some(({ measured }) => (measured[column] ?? null) !== null)
      : here.some(({ cell }) => cell?.column === column);
  const title = `${bench}, ${table.title}`;
  return [
    latencyPlot(title, curves),
    ...table.columns
      .filter(isDrawn)
      .map((column) => barPlot(`${title}: ${column}`, barsOf(table, column, here))),
  ];
}

function barsOf(table: TableResult, column: string, targets: readonly TargetResult[]): Bar[] {
  const place = table.columns.indexOf(column);
  return table.rows.flatMap((row) => {
    const figure = row.measured[column] ?? null;
    if (figure === null) return [];
    const { median: value, quarter, threeQuarters } = figure;
    const { contender: name, isBaseline } = row;
    const limit = limitAt(row, column, targets);
    return [
      { name, text: row.texts[place] ?? '', value, quarter, threeQuarters, isBaseline, limit },
    ];
  });
}

function limitAt(
  { contender }: RowResult,
  column: string,
  targets: readonly TargetResult[],
): Bar['limit'] {
  const target = targets.find(
    ({ cell }) => cell?.contender === contender && cell.column === column,
  );
  return target === undefined ? null : { value: target.limit, text: limitText(target) };
}
