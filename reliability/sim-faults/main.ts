import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PLANTS, plant } from './plant.ts';
import { runSeed } from './run-seed.ts';

const HELP = `Usage: npm run sim:faults -- [--seeds N] [--from N] [--seed N] [--plant NAME]

Runs the engine's core in simulated worlds, one a seed: random markets with duplicated, late, displaced and torn
messages, crashes at any moment, torn and rotten snapshots. At the end each must be what it is without faults, to
the last bit, and what a naive model makes of the same log. The same seed gives the same trace.

  --seeds N      how many (1000)
  --from N       the first (1)
  --seed N       this one alone, and everything that is wrong with it
  --plant NAME   with a bug put in on purpose, to see it found: ${Object.keys(PLANTS).join(', ')}
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    plant: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const isPlanted = values.plant === undefined || plant(values.plant);
  if (values.help || !isPlanted || !Number.isSafeInteger(from) || !(count >= 1)) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  return await runSeeds(from, count, values.plant);
}

async function runSeeds(from: number, count: number, planted: string | undefined): Promise<number> {
  const beganMs = performance.now();
  const traces = createHash('sha256');
  const sums = { crashes: 0, resumed: 0, refusedSnapshots: 0, messages: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const { trace, complaints, ...counts } = await runSeed(seed);
    traces.update(trace);
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += counts[name];
    if (complaints.length === 0) continue;
    console.error(`seed ${seed} (trace ${trace}):\n  ${complaints.slice(0, 20).join('\n  ')}`);
    const flag = planted === undefined ? '' : ` --plant ${planted}`;
    console.error(`again with: npm run sim:faults -- --seed ${seed}${flag}`);
    return 1;
  }
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  console.log(
    `${count} seeds from ${from} in ${seconds} s: ${sums.messages} messages taken, ${sums.crashes} crashes, ` +
      `${sums.resumed} starts from a snapshot, ${sums.refusedSnapshots} snapshots refused\n` +
      `every end is what it is without faults, and what the naive model says; trace ${traces.digest('hex').slice(0, 16)}`,
  );
  return 0;
}
