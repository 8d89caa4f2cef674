import type { Change, Comparison } from '../support/compare-runs.ts';
import {
  growthText,
  isBetter,
  isWorse,
  summaryOf,
  withNoise,
} from '../support/print-comparison.ts';
import type { Results } from '../support/results-schema.ts';
import { benchSection } from './bench-section.ts';
import { type Markup, markup, Markup as Raw } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { targetTable } from './tables.ts';
import { HATCHES, targetColumns } from './target-bars.ts';

/**
 * A run as one HTML file that asks the network for nothing. `compared`: what changed since another run, or
 * why nothing was compared.
 */
export function renderPage(results: Results, compared: Comparison | string): string {
  const { benches, targets, machine, startedAt } = results;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Firstcall: benchmarks of ${startedAt.slice(0, 10)}</title>
<style>${new Raw(PAGE_STYLE)}</style>
</head>
<body>
<svg width="0" height="0" style="position:absolute" aria-hidden="true">${HATCHES}</svg>
<main>
<h1>Firstcall: benchmarks</h1>
<p>${startedAt}: ${machine.cpu}, ${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, ${machine.system}, Node ${machine.node}, load average ${String(machine.loadAverage)} before.</p>
<p class="soft">${effortText(results)}</p>
<p class="soft">Read the ratios (x): they are to a baseline that took turns with each contender, and travel to another machine.
The microseconds do not. p50 and p99 are medians over rounds; p99.9 and max are of all rounds together; "-": too few samples to say.</p>
<p class="soft">${Object.entries(machine.libraries)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}</p>
<nav aria-label="benchmarks"><ul>${['targets', 'changes', ...benches.map(({ name }) => name)].map((name) => markup`<li><a href="#${name}">${name}</a></li>`)}</ul></nav>
${targetSection(results)}
${changeSection(compared)}
${benches.map((bench) => benchSection(bench, targets))}
</main>
</body>
</html>
`.text;
}

function effortText({ effort }: Results): string {
  const { quick, rounds, seconds } = effort;
  const measured = `${seconds} s of measuring and ${rounds} rounds for each benchmark.`;
  return quick
    ? `${measured} A quick run shows that everything works: what it met or missed says little.`
    : measured;
}

const TARGET_COLUMNS = 2;

function targetSection({ targets }: Results): Markup {
  const columns = targetColumns(targets, TARGET_COLUMNS);
  return markup`<section id="targets" aria-labelledby="targets-title"><h2 id="targets-title">Targets</h2>
<p class="soft">What the figures should come to. A target that is missed fails nothing; a figure beside which a check failed is not taken.</p>
${targetTable(targets)}
<div class="plots">${columns.map(
    ({ width, height, bars }, i) =>
      markup`<svg viewBox="-2 0 ${width + 4} ${height}" role="img" class="plot">
<title>Figures beside their targets, ${i + 1} of ${TARGET_COLUMNS}</title>
<desc>The first target of each group; a bar goes to the right as far as its figure is better than the target. The table has them all.</desc>
${bars}</svg>`,
  )}</div>
</section>
`;
}

function changeSection(compared: Comparison | string): Markup {
  const body = typeof compared === 'string' ? markup`<p>${compared}.</p>` : changes(compared);
  return markup`<section id="changes" aria-labelledby="changes-title"><h2 id="changes-title">Since the run before</h2>
${body}</section>
`;
}

function changes(comparison: Comparison): Markup {
  const { before, caveats, changes: all } = comparison;
  const changed = [...all.filter(isWorse), ...all.filter(isBetter)];
  return markup`<p class="soft">Compared with the run of ${before}. Only ratios and bytes are: a change is one of more than 10%
that lies outside the middle half of the rounds of both runs.</p>
<p>${summaryOf(comparison)}.</p>
<ul class="facts">${caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
${changed.length === 0 ? null : changeTable(changed)}`;
}

function changeTable(changed: readonly Change[]): Markup {
  return markup`<div class="wide" role="region" aria-label="changes" tabindex="0"><table class="fold" role="table">
<thead><tr><th scope="col">figure</th><th scope="col" class="words"></th><th scope="col">before</th><th scope="col">now</th><th scope="col">times</th></tr></thead>
<tbody>${changed.map(
    (change) =>
      markup`<tr role="row"><th scope="row" role="rowheader">${change.place.join(' | ')}</th><td role="cell" class="words ${isWorse(change) ? 'bad' : 'good'}">${change.verdict}</td><td role="cell">${withNoise(change.before)}</td><td role="cell">${withNoise(change.after)}</td><td role="cell">${growthText(change)}</td></tr>
`,
  )}</tbody></table></div>`;
}
