import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../feeds/sim/random.ts';
import { DeskUnderLoad } from './support/desk-under-load.ts';
import { judge } from './support/judge.ts';
import type { Check, Trial, TrialContext } from './support/trial.ts';

const KILLS = 50;
const QUICK_KILLS = 3;
/** How long the server may live, from when JetStream answers. */
const LIFE_MS_MAX = 1_500;
const EVENTS_PER_SECOND = 3_000;

export const natsKills: Trial = {
  name: 'nats-kills',
  question: 'nats-server is killed again and again under load: is anything lost or doubled?',
  run,
};

async function run(context: TrialContext): Promise<readonly Check[]> {
  const { seed, isQuick, say } = context;
  const random = new Random(seed, 1);
  const desk = await DeskUnderLoad.start(context, EVENTS_PER_SECOND);
  const kills = isQuick ? QUICK_KILLS : KILLS;
  let acknowledged = 0;
  let killsUnderLoad = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const lifeMs = Math.round(random.between(0, LIFE_MS_MAX));
    await delay(lifeMs);
    const now = await desk.acknowledged();
    if (now > acknowledged) killsUnderLoad += 1;
    acknowledged = now;
    say(`kill ${kill} of ${kills}: after ${lifeMs} ms, ${acknowledged} events acknowledged`);
    await desk.nats.kill();
  }
  return [
    {
      name: 'the kills came under load',
      passed: killsUnderLoad > kills / 2,
      found: `${kills} kills, ${killsUnderLoad} after further events were acknowledged`,
    },
    ...(await judge(desk, context)),
  ];
}
