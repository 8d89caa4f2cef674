import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../feeds/sim/random.ts';
import { DeskUnderLoad, PARTITIONS } from './support/desk-under-load.ts';
import { judge } from './support/judge.ts';
import { logEnds } from './support/log-census.ts';
import type { Check, Trial, TrialContext } from './support/trial.ts';

const KILLS = 50;
const QUICK_KILLS = 3;
/** How long the process may live, from when it copies. */
const LIFE_MS_MAX = 800;
const EVENTS_PER_SECOND = 500;

export const historyKills: Trial = {
  name: 'history-kills',
  question:
    'the history is killed again and again while it inserts: has every table each row once?',
  run,
};

async function run(context: TrialContext): Promise<readonly Check[]> {
  const { seed, isQuick, say } = context;
  const random = new Random(seed, 2);
  const desk = await DeskUnderLoad.start(context, EVENTS_PER_SECOND);
  const kills = isQuick ? QUICK_KILLS : KILLS;
  let killsWithWorkLeft = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const lifeMs = Math.round(random.between(0, LIFE_MS_MAX));
    await delay(lifeMs);
    const ends = await logEnds(desk.nc, desk.names, PARTITIONS);
    const behind = await desk.history.messagesBehind(desk.nc, desk.names, ends);
    if (behind > 0) killsWithWorkLeft += 1;
    await desk.history.end('SIGKILL');
    say(`kill ${kill} of ${kills}: after ${lifeMs} ms, ${behind} messages behind`);
    await desk.history.start();
  }
  return [
    {
      name: 'the kills came in the middle of the work',
      passed: killsWithWorkLeft > kills / 2,
      found: `${kills} kills, ${killsWithWorkLeft} with messages left to insert`,
    },
    ...(await judge(desk, context)),
  ];
}
