import { DEALER_FIELDS } from './condition-fields.ts';
import type { QuotedIn } from './decided.ts';
import {
  entriesOf,
  found,
  readDuration,
  readFields,
  readNumber,
  readOneOf,
  readOneOrMore,
  readText,
  readTrue,
} from './read-values.ts';
import { type Reading, readMetric, readWhen } from './reading.ts';
import type { SourceNode } from './source.ts';
import type { FilterSpec, MetricBound } from './spec.ts';

export const FILTER_FIELDS = [
  'known',
  'dealers',
  'tier',
  'specialist',
  'quoted',
  'agreement',
  'atLeast',
  'atMost',
  'where',
] as const;
type FilterField = (typeof FILTER_FIELDS)[number];

const QUOTED_IN: readonly QuotedIn[] = ['instrument', 'issuer', 'segment', 'assetClass', 'any'];
const MAX_DEALERS = 1000;

/** A filter of at least one field. */
export function readFilter(node: SourceNode, reading: Reading): FilterSpec | undefined {
  if (node.kind !== 'map') {
    const hint = `write { dealers: ${sayDealers(node)} }, or what else is asked of them`;
    reading.problems.add(node, `${found(node)}; it must be a map of fields: ${hint}`);
    return undefined;
  }
  const fields = readFields(node, FILTER_FIELDS, reading.problems);
  if (node.entries.length === 0) {
    reading.problems.add(node, 'is empty; say whom it is about, or leave it out');
  }
  return readFilterFields(fields, reading);
}

/** `[A, B]`, where a few names stand in the place of a filter. */
function sayDealers(node: SourceNode): string {
  const items = node.kind === 'list' ? node.items : [node];
  const names = items.map((item) => (item.kind === 'scalar' ? String(item.value ?? '') : ''));
  const isPlain = names.every((name) => /^[A-Za-z0-9._-]+$/.test(name));
  const isShort = names.length > 0 && names.length <= 8 && names.join().length <= 80;
  return isPlain && isShort ? `[${names.join(', ')}]` : '[A, B]';
}

export function readFilterFields(
  fields: Partial<Record<FilterField, SourceNode>>,
  reading: Reading,
): FilterSpec {
  const filter: Record<string, unknown> = {};
  for (const name of FILTER_FIELDS) {
    const node = fields[name];
    if (node === undefined) continue;
    const value = READERS[name](node, reading);
    if (value !== undefined) filter[name] = value;
  }
  return filter;
}

type FilterReader = (node: SourceNode, reading: Reading) => FilterSpec[FilterField];

const READERS: Readonly<Record<FilterField, FilterReader>> = {
  known: (node, { problems }) => readTrue(node, problems),
  specialist: (node, { problems }) => readTrue(node, problems),
  dealers: (node, { problems }) =>
    readOneOrMore(node, MAX_DEALERS, problems, (item) => readText(item, 64, problems)),
  tier: readTiers,
  quoted: readQuoted,
  agreement: (node, { problems }) => readText(node, 200, problems),
  atLeast: readBounds,
  atMost: readBounds,
  where: (node, reading) => readWhen(node, DEALER_FIELDS, reading),
};

function readTiers(node: SourceNode, { model, problems }: Reading): readonly number[] | undefined {
  const most = model.tiers.length + 1;
  const tiers = readOneOrMore(node, most, problems, (item) =>
    readNumber(item, { least: 1, most, isWhole: true }, problems),
  );
  return tiers && [...new Set(tiers)].sort((a, b) => a - b);
}

function readQuoted(node: SourceNode, { problems }: Reading): FilterSpec['quoted'] {
  const fields = readFields(node, ['in', 'within'], problems);
  if (node.kind === 'map') {
    for (const name of ['in', 'within'] as const) {
      if (fields[name] === undefined) problems.add(node, `has no ${name}; ${QUOTED_EXAMPLE}`);
    }
  }
  const scopes =
    fields.in &&
    readOneOrMore(fields.in, QUOTED_IN.length, problems, (item) =>
      readOneOf(item, QUOTED_IN, problems),
    );
  const withinMicros = fields.within && readDuration(fields.within, problems);
  if (scopes === undefined || withinMicros === undefined) return undefined;
  return { in: QUOTED_IN.filter((scope) => scopes.includes(scope)), withinMicros };
}

const QUOTED_EXAMPLE = 'write { in: issuer, within: 6 months }';

function readBounds(node: SourceNode, reading: Reading): readonly MetricBound[] | undefined {
  const { problems } = reading;
  const bounds: MetricBound[] = [];
  for (const entry of entriesOf(node, problems)) {
    const metric = readMetric(entry.key, entry, reading);
    const bound = readNumber(entry.node, { least: -1e12, most: 1e12 }, problems);
    if (metric === undefined || bound === undefined) continue;
    if (bounds.some((other) => other.metric === metric)) {
      problems.add(entry, `names ${metric} a second time`);
    }
    bounds.push({ metric, bound });
  }
  if (bounds.length === 0 && node.kind === 'map' && node.entries.length === 0) {
    problems.add(node, `${found(node)} without a metric; write { fillRate: 0.2 }`);
  }
  return bounds.sort((a, b) => (a.metric < b.metric ? -1 : 1));
}
