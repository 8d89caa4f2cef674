/** Sectors of the simulated market, and one that it does not have. */
const SECTORS = ['TECH', 'ENERGY', 'FINANCIALS', 'UTILITIES', 'GO', 'NONE'];
const RATINGS = ['A', 'BBB', 'BB', 'B'];

/**
 * A rules file of `count` rules as a desk's grows: by sector, size, rating and liquidity, most of which
 * do not match any one order; each sixth excludes somebody, and each tenth limits the list. Whatever
 * matches, five dealers are called.
 */
export function manyRules(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => ruleText(i));
  return count === 0 ? 'rules: []\n' : `rules:\n${rules.join('')}`;
}

function ruleText(i: number): string {
  const sector = SECTORS[i % SECTORS.length];
  const rating = RATINGS[i % RATINGS.length];
  const size = 500_000 + 250_000 * (i % 9);
  const conditions = [
    `instrument.sector == "${sector}" && order.quantity > ${size}.0`,
    `instrument.rating.isBelow("${rating}") && order.advShare > 0.05`,
    `order.side == "sell" && instrument.yearsToMaturity >= ${i % 12}.0 && instrument.assetClass == "CORP"`,
    `instrument.assetClass == "MUNI" && market.daysSinceTrade > ${i % 7}.0`,
  ];
  const fields = [
    `weights: { leakage: 0.${(i % 4) + 2}, fillRate: 0.3 }`,
    `candidates: { quoted: { in: [issuer, segment], within: 6 months } }`,
    `protocol: { kind: sequential, delay: 20 seconds, timeout: 20 seconds }`,
    `call: [{ tier: 1, count: 3 }, { count: 2 }]`,
  ];
  const lines = [`name: rule ${i + 1}`, `when: ${conditions[i % 4]}`, fields[(i >> 2) % 4]!];
  if (i % 6 === 5) lines.push(`exclude: { dealers: [D${i}, D${i + 1}] }`);
  if (i % 10 === 9) lines.push(`maxDealers: ${5 + (i % 5)}`);
  return lines.map((line, n) => `  ${n === 0 ? '-' : ' '} ${line}\n`).join('');
}
