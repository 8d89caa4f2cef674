import { PEER_METRICS, PRIOR_STRENGTH, signedWeight } from './metrics.ts';
import type { Question } from './peer-market.ts';
import { readPairs } from './redis-connection.ts';
import { type Best, CALLED } from './sums.ts';

/*
 * Lua scripts that answer a question where the sums lie. KEYS: the four scopes, finest first, as the
 * script's own keys begin; ARGV: the factor, k, how many are wanted, then a weight and a prior for each
 * metric. They return names and composites in turn, best first.
 */

const metricNumbers = (metrics: number): number[] => Array.from({ length: metrics }, (_, m) => m);

const READ_ARGUMENTS = `
local factor, k, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local weight, prior = {}, {}
for m = 1, (#ARGV - 3) / 2 do
  weight[m], prior[m] = tonumber(ARGV[2 + 2 * m]), tonumber(ARGV[3 + 2 * m])
end
local function shrink(v, vx, parent)
  return (vx * factor + k * parent) / (v * factor + k)
end
`;

const KEEP_BEST = `
local names, values = {}, {}
local function offer(name, value)
  local at = #values
  if at == wanted and value <= values[at] then return end
  at = math.min(at + 1, wanted)
  while at > 1 and values[at - 1] < value do
    names[at], values[at] = names[at - 1], values[at - 1]
    at = at - 1
  end
  names[at], values[at] = name, value
end
local function best()
  local answer = {}
  for i = 1, #names do
    answer[2 * i - 1], answer[2 * i] = names[i], string.format('%.17g', values[i])
  end
  return answer
end
`;

/** Sums as numbers: `<scope>:<metric>:v` and `:vx` are hashes from dealer to sum (HINCRBYFLOAT). */
export const ASK_NUMBERS = `${READ_ARGUMENTS}${KEEP_BEST}
local composite = {}
for m = 1, #weight do
  local pool = 'ALL:' .. (m - 1)
  local estimate = {}
  local field = shrink(
    tonumber(redis.call('HGET', pool .. ':v', '*')), tonumber(redis.call('HGET', pool .. ':vx', '*')), prior[m])
  for s = #KEYS, 1, -1 do
    local key = KEYS[s] .. ':' .. (m - 1)
    local vs, vxs = redis.call('HGETALL', key .. ':v'), redis.call('HGETALL', key .. ':vx')
    local vx = {}
    for i = 1, #vxs, 2 do vx[vxs[i]] = vxs[i + 1] end
    for i = 1, #vs, 2 do
      local dealer = vs[i]
      estimate[dealer] = shrink(tonumber(vs[i + 1]), tonumber(vx[dealer]), estimate[dealer] or field)
    end
  end
  for dealer, value in pairs(estimate) do
    composite[dealer] = (composite[dealer] or 0) + weight[m] * value
  end
end
for dealer, value in pairs(composite) do
  if dealer ~= '*' then offer(dealer, value) end
end
return best()`;

/** Sums packed: \`<scope>\` is a hash from dealer to its doubles, v and v x of each metric. */
export function askPacked(metrics: number): string {
  const numbers = metricNumbers(metrics);
  const unpacked = numbers.flatMap((m) => [`v${m}`, `x${m}`]).join(', ');
  const refine = numbers
    .map((m) => `e[${m + 1}] = shrink(v${m}, x${m}, e[${m + 1}])`)
    .join('\n      ');
  return `${READ_ARGUMENTS}${KEEP_BEST}
local dealers = redis.call('SMEMBERS', 'dealers')
local pool = redis.call('HGET', 'ALL', '*')
local field = {}
for m = 1, #weight do
  local v, vx = struct.unpack('<dd', pool, 16 * m - 15)
  field[m] = shrink(v, vx, prior[m])
end
local estimates = {}
for d = 1, #dealers do estimates[d] = { unpack(field) } end
for s = #KEYS, 1, -1 do
  local rows = redis.call('HMGET', KEYS[s], unpack(dealers))
  for d = 1, #dealers do
    if rows[d] then
      local e = estimates[d]
      local ${unpacked} = struct.unpack('<${'dd'.repeat(metrics)}', rows[d])
      ${refine}
    end
  end
end
for d = 1, #dealers do
  local composite = 0
  for m = 1, #weight do composite = composite + weight[m] * estimates[d][m] end
  offer(dealers[d], composite)
end
return best()`;
}

/** Adds a quote to packed sums. KEYS: its scopes; ARGV: dealer, weight, then a value for each metric. */
export function addPacked(metrics: number): string {
  const doubles = 'dd'.repeat(metrics);
  const numbers = metricNumbers(metrics);
  const unpacked = numbers.flatMap((m) => [`v${m}`, `x${m}`]).join(', ');
  const added = numbers.flatMap((m) => [`v${m} + w`, `x${m} + w * values[${m + 1}]`]).join(', ');
  return `
local w, values = tonumber(ARGV[2]), {}
for m = 1, ${metrics} do values[m] = tonumber(ARGV[2 + m]) end
local empty = string.rep('\\0', ${16 * metrics})
local function add(key, dealer)
  local ${unpacked} = struct.unpack('<${doubles}', redis.call('HGET', key, dealer) or empty)
  redis.call('HSET', key, dealer, struct.pack('<${doubles}', ${added}))
end
for s = 1, #KEYS do add(KEYS[s], ARGV[1]) end
add('ALL', '*')
redis.call('SADD', 'dealers', ARGV[1])
return 0`;
}

const METRIC_ARGUMENTS = PEER_METRICS.flatMap((metric) => [signedWeight(metric), metric.prior]);

/** EVALSHA of one of the scripts that ask. */
export function askCommand(sha: string, { chain, factor }: Question): string[] {
  const settings = [factor, PRIOR_STRENGTH, CALLED, ...METRIC_ARGUMENTS].map(String);
  return ['EVALSHA', sha, String(chain.length), ...chain, ...settings];
}

/** Names and composites in turn. */
export function readBest(answer: unknown): Best[] {
  return [...readPairs(answer)].map(([dealerId, composite]) => ({ dealerId, composite }));
}
