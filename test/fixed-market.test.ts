import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SelectRequest } from '../schemas/selection.ts';
import { BOOKS, type Book, type Habit, NOW, REGULAR } from './support/fixed-market/desk.ts';
import { FixedMarket } from './support/fixed-market.ts';

const BOOK_NAMES = Object.keys(BOOKS) as Book[];
const signed = (bps: number): string => (bps > 0 ? `+${bps}` : String(bps));

test('docs/rules.md shows the dealers as they are', () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  for (const [b, book] of BOOK_NAMES.entries()) {
    for (const [dealer, habit] of Object.entries(BOOKS[book])) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${dealer} |`))!;
      const cells = row.split('|').map((cell) => cell.trim());
      const { wins, improvementBps, reversionBps, answersInSeconds } = habit;
      const said = [`${wins}%`, signed(improvementBps), signed(reversionBps)];
      expect(cells.slice(2 + 4 * b, 5 + 4 * b), dealer).toEqual(said);
      expect(cells[5 + 4 * b], dealer).toMatch(new RegExp(`^${answersInSeconds} s`));
    }
  }
});

/** How far an estimate may be from what the dealer always does: what it borrows from others. */
const SLACK = {
  fillRate: 0.03,
  priceImprovementBps: 0.4,
  reversion30mBps: 0.6,
  responseSeconds: 1,
};

test.each(BOOK_NAMES)('in %s the engine finds out what each dealer does', (book) => {
  const market = new FixedMarket();
  const instrumentId = REGULAR[book][0]!;
  const order = { orderId: 'o', instrumentId, side: 'buy', quantity: 1e6, tsEvent: NOW, count: 20 };
  const { dealers } = market.selectOn(order as SelectRequest, 'rules: []');
  const regular = dealers.filter(({ insufficient }) => !insufficient);
  expect(regular.map(({ dealerId }) => dealerId).sort()).toEqual(Object.keys(BOOKS[book]).sort());
  for (const { dealerId, metrics } of regular) {
    // Its corporates are few, and what it does there has changed: that is what it is there for.
    if (dealerId === 'GORSE') continue;
    const wanted = wantedOf(BOOKS[book][dealerId]!);
    for (const [metric, slack] of Object.entries(SLACK)) {
      const { estimate } = metrics.find((score) => score.metric === metric)!;
      const off = Math.abs(estimate - wanted[metric]!);
      expect(off, `${dealerId} ${metric} ${estimate}`).toBeLessThan(slack);
    }
  }
});

function wantedOf(habit: Habit): Readonly<Record<string, number>> {
  return {
    fillRate: habit.wins / 100,
    priceImprovementBps: habit.improvementBps,
    reversion30mBps: habit.reversionBps,
    responseSeconds: habit.answersInSeconds,
  };
}
