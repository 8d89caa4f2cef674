import type { Page } from 'playwright-core';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { metricView } from '../../web/format/metric-view.ts';
import { fixed } from '../../web/format/number.ts';

/** Rows that must be in the document at an end of the list. */
const SHOWN_MIN = 20;
const SETTLED_MS_MAX = 10_000;

/** Null: the page shows, at the top and at the end, what was sent; else what is wrong. */
export async function refuseShownRows(
  page: Page,
  rows: readonly ScoredDealer[],
): Promise<string | null> {
  for (const end of ['top', 'bottom'] as const) {
    await page.evaluate(`{
      const frame = document.querySelector('.table-frame');
      frame.scrollTop = ${end === 'top' ? '0' : 'frame.scrollHeight'};
    }`);
    const endMs = performance.now() + SETTLED_MS_MAX;
    let refusal = difference(await readRows(page), rows, end);
    while (refusal !== null && performance.now() < endMs) {
      await page.waitForTimeout(50);
      refusal = difference(await readRows(page), rows, end);
    }
    if (refusal !== null) return `${end}: ${refusal}`;
  }
  return null;
}

/** Rank, dealer, score and fill rate of every row in the document, in the order of the document. */
async function readRows(page: Page): Promise<string[][]> {
  return await page.evaluate<string[][]>(
    `[...document.querySelectorAll('.dealer')].map((row) =>
      ['.rank', '.dealer-name', '.col-score .number', '[data-metric=fillRate] .number'].map(
        (part) => row.querySelector(part)?.textContent.trim() ?? ''))`,
  );
}

function difference(
  shown: readonly string[][],
  rows: readonly ScoredDealer[],
  end: 'top' | 'bottom',
): string | null {
  const sent = rows.toSorted(byRank).map((row) => textOf(row).join());
  const texts = shown.map((row) => row.join());
  const wrong = texts.find((text) => !sent.includes(text));
  if (wrong !== undefined) return `${wrong} was not sent`;
  const wanted = end === 'top' ? sent.slice(0, SHOWN_MIN) : sent.slice(-SHOWN_MIN);
  const missing = wanted.find((text) => !texts.includes(text));
  return missing === undefined ? null : `${missing} is not shown`;
}

function textOf({ rank, dealerId, displayScore, metrics }: ScoredDealer): string[] {
  const fillRate = metrics.find(({ metric }) => metric === 'fillRate')!;
  return [
    rank === null ? '–' : String(rank),
    dealerId,
    fixed(displayScore, 2),
    metricView('fillRate').value(fillRate.estimate),
  ];
}

function byRank(a: ScoredDealer, b: ScoredDealer): number {
  if (a.rank !== null && b.rank !== null) return a.rank - b.rank;
  if (a.rank !== b.rank) return a.rank === null ? 1 : -1;
  return b.composite - a.composite;
}
