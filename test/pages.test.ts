import { afterAll, beforeAll, describe } from 'vitest';
import { dealersPage } from './pages/dealers.ts';
import { decisionsPage } from './pages/decisions.ts';
import { healthPage } from './pages/health.ts';
import { leaderboardPage } from './pages/leaderboard.ts';
import { livePage } from './pages/live.ts';
import { orderPage } from './pages/order.ts';
import { shellOfPages } from './pages/shell.ts';
import { findChromium } from './support/browser.ts';
import { DeskRig } from './support/desk-rig.ts';

const chromium = findChromium();
if (chromium === null) {
  console.log('pages.test.ts: no Chromium on the PATH, so no page is looked at in a browser');
}

describe.skipIf(chromium === null)('in a browser', () => {
  const rig = new DeskRig();
  beforeAll(() => rig.open(chromium!), 150_000);
  afterAll(() => rig.close());

  shellOfPages(rig);
  orderPage(rig);
  decisionsPage(rig);
  healthPage(rig);
  dealersPage(rig);
  leaderboardPage(rig);
  // The last one: it kills the engine.
  livePage(rig);
});
