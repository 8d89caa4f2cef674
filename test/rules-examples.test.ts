import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRules } from '../engine/rules/rules-file.ts';
import { inventInstruments } from '../feeds/sim/instruments.ts';
import { FixedMarket } from './support/fixed-market.ts';
import { readExamples, renderCase } from './support/rule-examples.ts';

const examples = readExamples('docs/rules.md');
const market = new FixedMarket();

/** Word for word what the product was asked for. */
const ASKED_FOR = [
  'For any corporate bond with a credit rating below BBB and an order size greater than $5 million, select the top three dealers based on a weighted score of 60% hit rate and 40% price improvement over the past 90 days.',
  'Automatically categorize dealers into tiers based on their composite score for a specific asset class.',
  'For an order in a non-rated municipal bond > $2M, send RFQ to all Tier 1 dealers and the top two Tier 2 dealers specializing in municipals.',
  'For any order representing > 10% of the 30-day average daily volume, send RFQs sequentially with a 5-second delay between each, and limit the total number of dealers queried to three.',
  'A $10M sale of a thinly traded 7-year corporate bond that has not traded for a week: recognised as illiquid from market data; only dealers that quoted the same issuer, or similar bonds (sector, maturity, rating), in the past six months; leakage 50%, fill rate 30%; the top four; a sequential whisper with 20 seconds each.',
];

test('docs/rules.md has the five that were asked for and at least twenty more', () => {
  expect(examples.slice(0, 5).map(({ sentence }) => sentence)).toEqual(ASKED_FOR);
  expect(examples.length).toBeGreaterThanOrEqual(25);
  expect(new Set(examples.map(({ heading }) => heading)).size).toBe(examples.length);
});

describe.each(examples)('$heading', ({ rules, cases }) => {
  test.each(cases)(
    '$order.side $order.quantity $order.instrumentId ($order.orderId)',
    (example) => {
      expect(example.lines.some((line) => line.startsWith('dealers '))).toBe(true);
      expect(example.lines.some((line) => line.startsWith('plan '))).toBe(true);
      expect(renderCase(market, rules, example)).toEqual(example.lines);
    },
  );
});

test('every example of the page is read', () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  expect(examples).toHaveLength(page.match(/^```text$/gm)!.length);
});

test('the file to begin with has nothing wrong with it', () => {
  const file = 'examples/rules.yaml';
  const rules = readRules(readFileSync(file, 'utf8'), { file });
  expect(rules.size).toBe(8);
  const simulated = inventInstruments(1, 1_000, 0).map(({ currency }) => currency);
  expect(simulated.filter((currency) => rules.usdPer(currency) === undefined)).toEqual([]);
});
