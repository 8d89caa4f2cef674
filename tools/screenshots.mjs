// `npm run screenshots -- [URL]`: pictures of every page of a running engine, in both themes, into docs/images/.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from './build-project.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:7700';
const binary = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);
if (binary === undefined) {
  console.error('screenshots: there is no `chromium` on the PATH');
  process.exit(1);
}

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const ORDER = '/order?instrument=USDTHB&side=sell&quantity=2m';
/** The last of the five. */
const CHARTS = '.trend-plot canvas >> nth=4';

const browser = await chromium.launch({
  executablePath: binary,
  chromiumSandbox: process.getuid() !== 0,
  args: ['--disable-gpu'],
});
const [decisionId, dealerId] = await Promise.all([newestDecision(), bestDealer()]);
/** What each needs to be there, and how far its page is scrolled. */
const pictures = [
  { name: 'leaderboard', hash: '', viewport: WIDE, ready: '.dealer' },
  { name: 'order', hash: ORDER, viewport: WIDE, ready: '.call' },
  { name: 'dealers', hash: '/dealers', viewport: WIDE, ready: '.facts td' },
  { name: 'dealer', hash: `/dealers/${dealerId}`, viewport: WIDE, ready: CHARTS },
  {
    name: 'dealer-history',
    hash: `/dealers/${dealerId}`,
    viewport: WIDE,
    ready: CHARTS,
    scroll: 620,
  },
  { name: 'decisions', hash: '/decisions', viewport: WIDE, ready: '.facts td' },
  { name: 'decision', hash: `/decisions/${decisionId}`, viewport: WIDE, ready: '.card' },
  { name: 'health', hash: '/health', viewport: WIDE, ready: '.partitions td' },
  { name: 'leaderboard-phone', hash: '', viewport: PHONE, ready: '.dealer' },
];
for (const colorScheme of ['dark', 'light']) {
  for (const { name, hash, viewport, ready, scroll } of pictures) {
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    await page.goto(`${url}/#${hash}`);
    await page.locator(ready).first().waitFor();
    // So that a sparkline has something to draw.
    await page.waitForTimeout(name.startsWith('leaderboard') ? 20_000 : 5_000);
    if (scroll !== undefined) await page.locator('.page-body').evaluate(scrollTo, scroll);
    const path = join(ROOT, 'docs', 'images', `${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(path);
    await context.close();
  }
}
await browser.close();

async function bestDealer() {
  const { rows } = await (await fetch(`${url}/rankings/ALL?format=json`)).json();
  return rows.find(({ rank }) => rank === 1).dealerId;
}

/** Of an order that is asked for here. */
async function newestDecision() {
  const { asOf } = await (await fetch(`${url}/readyz`)).json();
  const order = {
    orderId: `O-${Date.now()}`,
    instrumentId: 'USDTHB',
    side: 'sell',
    quantity: 2e6,
    tsEvent: asOf,
  };
  const body = JSON.stringify(order);
  const answer = await fetch(`${url}/select`, { method: 'POST', body });
  return (await answer.json()).decisionId;
}

function scrollTo(element, top) {
  element.scrollTop = top;
}
