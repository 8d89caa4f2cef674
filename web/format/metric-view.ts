import { fixed, plusMinus, signed } from './number.ts';

/** How one metric is shown. */
export interface MetricView {
  readonly metric: string;
  /** Column title, without the unit. */
  readonly title: string;
  readonly unit: string;
  /** One sentence for the title's tooltip. */
  readonly explanation: string;
  /** Null: not known, so no change is called better or worse. */
  readonly higherIsBetter: boolean | null;
  value(estimate: number): string;
  error(standardError: number | null): string;
}

/** The metrics of the composite. */
export const BASE_METRICS = [
  'fillRate',
  'priceImprovementBps',
  'reversion30mBps',
  'responseSeconds',
] as const;

type Numbers = Pick<MetricView, 'unit' | 'value' | 'error'>;

const percent: Numbers = {
  unit: '%',
  value: (rate) => fixed(100 * rate, 1),
  error: (se) => plusMinus(se === null ? null : 100 * se, 1),
};
const signedBps: Numbers = {
  unit: 'bps',
  value: (bps) => signed(bps, 2),
  error: (se) => plusMinus(se, 2),
};
const bps: Numbers = { ...signedBps, value: (value) => fixed(value, 2) };
const seconds: Numbers = {
  unit: 's',
  value: (value) => fixed(value, 1),
  error: (se) => plusMinus(se, 1),
};
const plain: Numbers = {
  unit: '',
  value: (value) => fixed(value, 2),
  error: (se) => plusMinus(se, 2),
};

const KNOWN: Readonly<Record<string, Omit<MetricView, 'metric'>>> = {
  fillRate: {
    title: 'Fill',
    explanation: 'Share of our RFQs to the dealer that it traded.',
    higherIsBetter: true,
    ...percent,
  },
  priceImprovementBps: {
    title: 'Improvement',
    explanation: 'Dealt price against the mid when the RFQ was sent; positive is good for us.',
    higherIsBetter: true,
    ...signedBps,
  },
  reversion30mBps: {
    title: 'Reversion 30m',
    explanation:
      'Move of the mid in the 30 minutes after the fill, less the benchmark; negative: the price came back.',
    higherIsBetter: true,
    ...signedBps,
  },
  responseSeconds: {
    title: 'Response',
    explanation: 'Wait for the first firm quote; no answer counts as 60 s.',
    higherIsBetter: false,
    ...seconds,
  },
  quoteRate: {
    title: 'Quotes',
    explanation: 'Share of our RFQs that it answered with a firm quote in time.',
    higherIsBetter: true,
    ...percent,
  },
  winWhenQuoted: {
    title: 'Wins',
    explanation: 'Its share of what was filled, where it had quoted.',
    higherIsBetter: true,
    ...percent,
  },
  coverBps: {
    title: 'Cover',
    explanation: 'Its last quote against the best of all at the close; 0 is the best.',
    higherIsBetter: false,
    ...bps,
  },
  sizeRatio: {
    title: 'Size',
    explanation: 'How much of the size we asked for it quoted.',
    higherIsBetter: true,
    ...percent,
  },
  requestDriftBps: {
    title: 'Drift',
    explanation:
      'Move of the market against us from its ask to the first fill, charged to everybody asked; positive: it ran away.',
    higherIsBetter: false,
    ...signedBps,
  },
  reversion1mBps: {
    title: 'Reversion 1m',
    explanation: 'As at 30 minutes, one minute after the fill.',
    higherIsBetter: true,
    ...signedBps,
  },
  reversion5mBps: {
    title: 'Reversion 5m',
    explanation: 'As at 30 minutes, five minutes after the fill.',
    higherIsBetter: true,
    ...signedBps,
  },
  fadeRate: {
    title: 'Fades',
    explanation: 'Share of our acceptances that it refused (last look).',
    higherIsBetter: false,
    ...percent,
  },
  axeHonesty: {
    title: 'Axe honesty',
    explanation: 'How often it quoted as its live axe had said, when asked.',
    higherIsBetter: true,
    ...percent,
  },
  quoteDistanceBps: {
    title: 'Quote distance',
    explanation: "Distance of the dealer's streamed mid from the median of the others'.",
    higherIsBetter: false,
    ...bps,
  },
};

/** Those of the engine itself, in the order of their columns. */
export const KNOWN_METRICS: readonly string[] = Object.keys(KNOWN);

/** Every metric has a view: one that this page does not know is shown by its name and its unit. */
export function metricView(metric: string): MetricView {
  const known = KNOWN[metric];
  if (known !== undefined) return { metric, ...known };
  const { stem, numbers } = unitOf(metric);
  return { metric, title: spaced(stem), explanation: metric, higherIsBetter: null, ...numbers };
}

/** Names end in their unit. */
function unitOf(metric: string): { stem: string; numbers: Numbers } {
  const match = /^(.+?)(Bps|Seconds|Rate)$/.exec(metric);
  if (match === null) return { stem: metric, numbers: plain };
  const [, stem = metric, unit] = match;
  if (unit === 'Bps') return { stem, numbers: signedBps };
  return unit === 'Seconds' ? { stem, numbers: seconds } : { stem: metric, numbers: percent };
}

function spaced(name: string): string {
  if (name.startsWith('tca.')) return `TCA ${spaced(name.slice(4)).toLowerCase()}`;
  const words = name.replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
