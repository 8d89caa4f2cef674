import type { OrderAnalysis, OrderFigure } from '../../../schemas/order-analysis.ts';
import type { NaiveAnalysis } from './analyses.ts';

/** An observation as either side has it. */
interface Observed {
  readonly dealerId: string;
  readonly metric: string;
  readonly value: number;
  readonly quantity: number;
  readonly tsMeasured: number;
  readonly scopes: readonly string[];
}

/** Whether two numbers are the same but for a share of the larger, or of 1. */
export function isNear(a: number, b: number, tolerance: number, scale = 1): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(a), Math.abs(b));
}

const VALUE_TOLERANCE = 1e-12;

/** Lines that say what stands on one side only; none where the multisets are equal. */
export function observationDifferences(
  engine: readonly Observed[],
  oracle: readonly Observed[],
): string[] {
  const left = [...oracle];
  const extra = engine.filter((observation) => {
    const at = left.findIndex((other) => isSame(observation, other));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return [...extra.map((o) => `engine: ${lineOf(o)}`), ...left.map((o) => `oracle: ${lineOf(o)}`)];
}

function isSame(a: Observed, b: Observed): boolean {
  return keyOf(a) === keyOf(b) && isNear(a.value, b.value, VALUE_TOLERANCE);
}

function keyOf({ dealerId, metric, quantity, tsMeasured, scopes }: Observed): string {
  return [metric, dealerId, tsMeasured, quantity, ...scopes].join(' ');
}

function lineOf(observation: Observed): string {
  return `${keyOf(observation)} = ${observation.value}`;
}

const FIGURE_TOLERANCE = 1e-9;

/** Lines that say which records, figures, reasons or fills are not the same. */
export function analysisDifferences(
  engine: readonly OrderAnalysis[],
  oracle: readonly NaiveAnalysis[],
): string[] {
  const orders = new Set([...engine, ...oracle].map(({ orderId }) => orderId));
  return [...orders].flatMap((orderId) => {
    const ours = engine.find((analysis) => analysis.orderId === orderId);
    const theirs = oracle.find((analysis) => analysis.orderId === orderId);
    if (ours === undefined) return [`oracle: ${orderId}`];
    if (theirs === undefined) return [`engine: ${orderId}`];
    const { revision: _, nulls, ...record } = ours;
    const { nulls: reasons, ...expected } = theirs;
    const wrongReasons = (Object.keys(reasons) as OrderFigure[])
      .filter((name) => nulls[name] !== reasons[name])
      .map((name) => `${orderId}.nulls.${name}: engine ${nulls[name]}, oracle ${reasons[name]}`);
    return [...valueDifferences(orderId, record, expected), ...wrongReasons];
  });
}

function valueDifferences(path: string, engine: unknown, oracle: unknown): string[] {
  if (typeof engine === 'number' && typeof oracle === 'number') {
    return isNear(engine, oracle, FIGURE_TOLERANCE) ? [] : [lineAt(path, engine, oracle)];
  }
  if (isObject(engine) && isObject(oracle)) {
    const names = new Set([...Object.keys(engine), ...Object.keys(oracle)]);
    return [...names].flatMap((name) =>
      valueDifferences(`${path}.${name}`, engine[name], oracle[name]),
    );
  }
  return engine === oracle ? [] : [lineAt(path, engine, oracle)];
}

function lineAt(path: string, engine: unknown, oracle: unknown): string {
  return `${path}: engine ${JSON.stringify(engine)}, oracle ${JSON.stringify(oracle)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
