import type { ClickHouseTable } from './clickhouse.ts';
import { HALF_LIFE, PEER_METRICS, PRIOR_STRENGTH, signedWeight } from './metrics.ts';
import { LANDMARK } from './peer-market.ts';

const COLUMNS = 'scope LowCardinality(String), dealer LowCardinality(String), metric UInt8';

/** Ready rows; and quotes that are not kept, of which a view keeps the sums, 20 for each metric of one. */
export const CLICKHOUSE_SCHEMA: readonly string[] = [
  'CREATE DATABASE peers',
  `CREATE TABLE peers.rows (${COLUMNS}, v Float64, vx Float64)
   ENGINE = MergeTree ORDER BY (scope, dealer, metric)`,
  `CREATE TABLE peers.quotes (tsEvent Int64, dealer String, instrument String, segment String,
   assetClass String, values Array(Float64)) ENGINE = Null`,
  `CREATE TABLE peers.view (${COLUMNS}, v SimpleAggregateFunction(sum, Float64),
   vx SimpleAggregateFunction(sum, Float64))
   ENGINE = AggregatingMergeTree ORDER BY (scope, dealer, metric)`,
  `CREATE MATERIALIZED VIEW peers.toView TO peers.view AS
   SELECT row.1 AS scope, row.2 AS dealer, toUInt8(number - 1) AS metric, sum(weight) AS v, sum(weight * value) AS vx
   FROM (
     SELECT exp2((tsEvent - ${LANDMARK}) / ${HALF_LIFE}) AS weight, values,
       arrayJoin([(instrument, dealer), (segment, dealer), (assetClass, dealer), ('ALL', dealer),
         ('ALL', '*')]) AS row
     FROM peers.quotes)
   ARRAY JOIN values AS value, arrayEnumerate(values) AS number
   GROUP BY scope, dealer, metric`,
];

const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;

/** The estimate at a scope, whose sums and whose parent's estimate have names. */
const shrink = (v: string, vx: string, parent: string): string =>
  `(${vx} * f + ${PRIOR_STRENGTH} * ${parent}) / (${v} * f + ${PRIOR_STRENGTH})`;

/** The best five for an order: parameters `instrument`, `segment`, `assetClass` and `factor`. */
export function questionSql(table: ClickHouseTable): string {
  const sumsAt = (scope: string, i: number): string =>
    `sumIf(v, scope = ${scope}) AS v${i}, sumIf(vx, scope = ${scope}) AS x${i}`;
  const scopes = ['{instrument:String}', '{segment:String}', '{assetClass:String}', "'ALL'"];
  return `
WITH {factor:Float64} AS f, ${list(PEER_METRICS.map(signedWeight))} AS weights,
  ${list(PEER_METRICS.map(({ prior }) => prior))} AS priors,
  (SELECT groupArray(${shrink('v', 'vx', 'priors[metric + 1]')})
   FROM (SELECT metric, sum(s.v) AS v, sum(s.vx) AS vx FROM peers.${table} AS s
         WHERE scope = 'ALL' AND dealer = '*' GROUP BY metric ORDER BY metric)) AS field
SELECT dealer, sum(weights[metric + 1] * e0) AS composite
FROM (
  SELECT dealer, metric, ${scopes.map(sumsAt).join(', ')},
    ${shrink('v3', 'x3', 'field[metric + 1]')} AS e3, ${shrink('v2', 'x2', 'e3')} AS e2,
    ${shrink('v1', 'x1', 'e2')} AS e1, ${shrink('v0', 'x0', 'e1')} AS e0
  FROM peers.${table} WHERE scope IN (${scopes.join(', ')}) AND dealer != '*'
  GROUP BY dealer, metric)
GROUP BY dealer ORDER BY composite DESC, dealer LIMIT 5`;
}
