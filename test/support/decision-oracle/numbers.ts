import { otherDealers } from '../../../schemas/other-dealers.ts';
import { type Case, callerOf } from './case.ts';
import { metricNamed, shareOf } from './plain-rules.ts';

const BASE: Readonly<Record<string, number>> = {
  fillRate: 0.3,
  priceImprovementBps: 0.4,
  reversion30mBps: 0.2,
  responseSeconds: 0.1,
};
const NEAR = 1e-12;

/** Whether a value holds a number that no JSON carries. */
export function isUnfit(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isUnfit);
}

/** Composites, ranks and chances are what they must be. */
export function complaintsAboutNumbers(one: Case): string[] {
  return [
    ...complaintsAboutComposites(one),
    ...complaintsAboutRanks(one),
    ...complaintsAboutChances(one),
  ];
}

/** Weights are the rules', and what they and the axe contribute adds up to the composite, to the bit. */
function complaintsAboutComposites({ answer, file, matched }: Case): string[] {
  const named = matched.find(({ weights }) => weights !== undefined)?.weights;
  const weights = weightsOf(named ?? file.defaults?.weights ?? {});
  const axeRule = matched.find(({ axeWeight }) => axeWeight !== undefined);
  const axeWeight = axeRule?.axeWeight ?? file.defaults?.axeWeight ?? 0.1;
  const complaints: string[] = [];
  for (const { dealerId, composite, metrics, axe } of answer.dealers) {
    let sum = 0;
    for (const { metric, weight, normalised, contribution } of metrics) {
      sum += contribution;
      const isRight =
        Math.abs(weight - (weights.get(metric) ?? 0)) < NEAR &&
        Math.abs(contribution - weight * normalised) < NEAR;
      if (!isRight) complaints.push(`${dealerId}: ${metric} contributes ${contribution}`);
    }
    if (axe !== null) {
      sum += axe.contribution;
      const covered = Math.min(1, axe.quantity / answer.order.quantity);
      const wanted = axeWeight * axe.honesty * covered;
      if (Math.abs(axe.contribution - wanted) > NEAR) complaints.push(`${dealerId}: axe is wrong`);
    }
    if (sum !== composite) complaints.push(`${dealerId}: ${composite} is made of ${sum}`);
    if (metrics.length < weights.size) complaints.push(`${dealerId}: a weighted metric is missing`);
  }
  return complaints;
}

function weightsOf(named: Readonly<Record<string, number | string>>): Map<string, number> {
  const weights = new Map(
    Object.entries(named).map(([name, share]) => [metricNamed(name), shareOf(share)] as const),
  );
  const rest = 1 - [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const unnamed = Object.entries(BASE).filter(([metric]) => !weights.has(metric));
  const whole = unnamed.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [metric, weight] of unnamed) weights.set(metric, (rest * weight) / whole);
  return weights;
}

/** Ranks count from 1, composites descend with them, and who has too little evidence has none. */
function complaintsAboutRanks(one: Case): string[] {
  const { dealers, exploration } = one.answer;
  const complaints: string[] = [];
  const all = [...dealers, ...otherDealers(one.answer)];
  const ranked = all.filter(({ rank }) => rank !== null);
  ranked.sort((a, b) => a.rank! - b.rank!);
  for (const [i, { dealerId, rank, composite }] of ranked.entries()) {
    const before = ranked[i - 1];
    const isTie = before?.composite === composite;
    const isRight =
      rank === i + 1 &&
      (before === undefined || before.composite >= composite) &&
      (!isTie || before!.dealerId < dealerId);
    if (!isRight) complaints.push(`${dealerId} has rank ${rank} by ${composite}`);
  }
  if (dealers.some(({ rank, insufficient }) => insufficient !== (rank === null))) {
    complaints.push('a rank is missing');
  }
  // Without groups the best are called, best first, but for a place that was drawn.
  if (callerOf(one)?.call !== undefined) return complaints;
  const earned = exploration?.isDrawn === true ? dealers.slice(0, -1) : dealers;
  for (const [i, { dealerId, rank }] of earned.entries()) {
    const wanted = i < ranked.length ? i + 1 : null;
    if (rank !== wanted) complaints.push(`${dealerId} is called in place of rank ${wanted}`);
  }
  return complaints;
}

/** Chances are probabilities, 1 for places that are earned, and share out one place where one is drawn. */
function complaintsAboutChances({ answer, file, matched }: Case): string[] {
  const { dealers, exploration } = answer;
  const others = otherDealers(answer);
  const complaints: string[] = [];
  const said = matched.find((rule) => rule.exploration !== undefined)?.exploration;
  const isSensitive = matched.some(({ sensitive }) => sensitive === true);
  const share = isSensitive ? 0 : shareOf(said ?? file.defaults?.exploration ?? 0);
  if ((exploration?.share ?? 0) !== share) complaints.push(`exploration must be ${share}`);
  const all = [...dealers, ...others].map(({ chance }) => chance);
  if (all.some((chance) => !(chance >= 0 && chance <= 1))) complaints.push('a chance is none');
  const earned = share === 0 ? dealers : dealers.slice(0, -1);
  if (earned.some(({ chance }) => chance !== 1)) complaints.push('an earned place has a chance');
  if (share === 0 && others.some(({ chance }) => chance !== 0)) complaints.push('nobody is drawn');
  const sum = all.reduce((total, chance) => total + chance, 0);
  if (Math.abs(sum - dealers.length) > 1e-9) complaints.push(`chances add up to ${sum}`);
  const last = dealers.at(-1);
  if (exploration !== null && exploration.dealerId !== (last?.dealerId ?? null)) {
    complaints.push('the last place is not whose it is said to be');
  }
  // Who is drawn had a chance to be.
  if (exploration?.isDrawn === true && last?.chance === 0)
    complaints.push('drawn against all odds');
  return complaints;
}
