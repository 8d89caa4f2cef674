import { readFileSync } from 'node:fs';
import { otherDealers } from '../../schemas/other-dealers.ts';
import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import { NOW } from './fixed-market/desk.ts';
import type { FixedMarket } from './fixed-market.ts';

/** A worked example of docs/rules.md. */
export interface RuleExample {
  readonly heading: string;
  /** The sentence in a trader's words. */
  readonly sentence: string;
  readonly rules: string;
  readonly cases: readonly ExampleCase[];
}

/** An order, and the lines that say what comes of it; each begins with what it is about. */
export interface ExampleCase {
  readonly order: SelectRequest;
  readonly lines: readonly string[];
}

const BLOCK =
  /^### (.+)\n\n((?:> .*\n)+)(?:[^#]*?)```yaml\n([\s\S]*?)```[^#]*?```text\n([\s\S]*?)```/gm;

/** The worked examples of a page, in order. */
export function readExamples(file: string): RuleExample[] {
  const page = readFileSync(file, 'utf8');
  return [...page.matchAll(BLOCK)].map(([, heading, quoted, rules, text]) => ({
    heading: heading!,
    sentence: quoted!.replace(/^> /gm, '').replace(/\n/g, ' ').trim(),
    rules: rules!,
    cases: text!.trim().split(/\n\n/).map(readCase),
  }));
}

function readCase(text: string): ExampleCase {
  const lines = text.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
  return { order: readOrder(lines[0]!), lines: lines.slice(1) };
}

/** `order o1 sell 10M DUNE-33`, with `count 3` where the order says how many. */
function readOrder(line: string): SelectRequest {
  const match = /^order (\S+) (buy|sell) ([\d.]+)M (\S+)(?: count (\d+))?$/.exec(line);
  if (match === null) throw new Error(`not an order: ${line}`);
  const [, orderId, side, millions, instrumentId, count] = match;
  return {
    orderId,
    side,
    instrumentId,
    quantity: Number(millions) * 1e6,
    tsEvent: NOW,
    ...(count === undefined ? {} : { count: Number(count) }),
  } as SelectRequest;
}

/** What comes of an order, as the lines that the example has would say it. */
export function renderCase(market: FixedMarket, rules: string, example: ExampleCase): string[] {
  const selection = market.selectOn(example.order, rules);
  const words = [...new Set(example.lines.map((line) => line.split(' ')[0]!))];
  return words.flatMap((word) => {
    if (word === 'tiers') return tiersOf(market, example.order);
    const render = RENDER[word];
    if (render === undefined) throw new Error(`no line begins with ${word}`);
    return render(selection).map((said) => `${word} ${said}`);
  });
}

const RENDER: Readonly<Record<string, (selection: Selection) => string[]>> = {
  dealers: ({ dealers }) => [dealers.map(({ dealerId }) => dealerId).join(', ') || 'nobody'],
  plan: ({ plan }) => [sayPlan(plan)],
  matched: ({ rules }) =>
    rules.matched.map(({ name, sets }) => `${name}: ${sets.join(', ') || 'nothing'}`),
  nearly: ({ rules }) => rules.nearly.map(({ name, missed }) => `${name}: ${missed}`),
  undecided: ({ rules }) => rules.undecided.map(({ name, why }) => `${name}: ${why}`),
  filtered: ({ filtered }) =>
    filtered.map(({ dealerId, rule, why }) => `${dealerId} ${why}${rule ? ` (${rule})` : ''}`),
  recommended: ({ preTrade }) => [String(preTrade.recommended)],
  drawn: ({ exploration }) => [
    exploration === null ? 'no exploration' : exploration.isDrawn ? exploration.dealerId! : 'no',
  ],
  chances: (selection) => [
    [...selection.dealers, ...otherDealers(selection)]
      .filter(({ chance }) => chance >= 0.005)
      .map(({ dealerId, chance }) => `${dealerId} ${Math.round(chance * 100)}%`)
      .join(', '),
  ],
};

function sayPlan({ kind, delaySeconds, timeoutSeconds, isTwoSided }: Selection['plan']): string {
  const apart = kind === 'parallel' ? '' : `, every ${delaySeconds} s`;
  return `${kind}${apart}, ${timeoutSeconds} s each${isTwoSided ? ', two-sided' : ''}`;
}

/** Of everybody that has one, whoever the rules would call. */
function tiersOf(market: FixedMarket, order: SelectRequest): string[] {
  const { dealers } = market.selectOn({ ...order, count: 1000 }, 'rules: []');
  const tiered = dealers.filter(({ tier }) => tier !== null);
  return [`tiers ${tiered.map(({ dealerId, tier }) => `${dealerId} ${tier}`).join(', ')}`];
}
