/** Paths that are named; there may be more differences. */
const DIFFERENCES_MAX = 20;

/**
 * Where two values differ as JSON: `dealers[2].composite: 0.5 became 0.25`, in the order of the first, 20
 * at most. A number that differs in its last bit differs.
 */
export function findDifferences(before: unknown, after: unknown): string[] {
  // What the log keeps of a value: no undefined properties, and one zero.
  const [a, b] = [JSON.stringify(before), JSON.stringify(after)];
  // As a rule they are the same, and to compare their values would cost many times as much.
  if (a === b) return [];
  const found: string[] = [];
  compare(JSON.parse(a), JSON.parse(b), '', found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, found: string[]): void {
  if (found.length >= DIFFERENCES_MAX || Object.is(before, after)) return;
  if (!isContainer(before) || !isContainer(after) || isList(before) !== isList(after)) {
    found.push(`${path === '' ? 'all' : path}: ${textOf(before)} became ${textOf(after)}`);
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const step = isList(before) ? `[${key}]` : path === '' ? key : `.${key}`;
    compare(before[key], after[key], path + step, found);
  }
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

const isList = (value: Container): boolean => Array.isArray(value);

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
