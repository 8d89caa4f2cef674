import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { distFile } from '../engine/platform/dist.ts';
import type { SnapshotFrame } from '../schemas/protocol.ts';
import type { ScoredDealer } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { fixed } from '../web/format/number.ts';
import { findChromium, launchBrowser, openPage } from './support/browser.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { freePort } from './support/free-port.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { type PartitionedLog, publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 2;
const MARKET = { seed: 5, days: 2, rfqsPerDay: 250, dealers: 12, instruments: 20 };
const chromium = findChromium();
if (chromium === null) {
  console.log('page.test.ts: no Chromium on the PATH, so the page is not looked at in a browser');
}

/** What a person reads off the table, in its order: rank, dealer, score. */
const READ_TABLE = `[...document.querySelectorAll('tr.dealer')].map((row) => [
  row.querySelector('.rank').textContent.trim(),
  row.querySelector('.col-dealer').firstChild.textContent.trim(),
  row.querySelector('.col-score').textContent.trim()])`;
const READ_HEALTH = `document.querySelector('.health-word')?.textContent`;

describe.skipIf(chromium === null)('the page', () => {
  const { log } = simulatePartitions(MARKET, PARTITIONS);
  const names = logNames();
  let nats: TestNats;
  let rig: TestEngine;
  let gateway: Gateway | null = null;
  let browser: Browser;
  let page: Page;
  let errors: readonly string[];

  const openGateway = async (port: number): Promise<Gateway> =>
    createGateway(rig.engine, {
      host: '127.0.0.1',
      port,
      library: 'auto',
      webDir: distFile('web'),
    });

  beforeAll(async () => {
    nats = await startNats();
    rig = await startEngine(nats.url, names, {
      partitions: PARTITIONS,
      onUpdate: (update) => gateway?.publish(update),
      onStatus: () => gateway?.statusChanged(),
    });
    gateway = await openGateway(await freePort());
    browser = await launchBrowser(chromium!);
    ({ page, errors } = await openPage(browser));
    await publishLog(rig.nc, names, halfOf(log, 0));
    await until(() => rig.engine.status().ready && rig.engine.status().scopes.length > 1);
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await rig?.close();
    await nats?.stop();
  });

  const address = (hash = '') => `http://127.0.0.1:${gateway!.port}/${hash}`;

  /** Rank, dealer and score of every row, as the engine itself has them now. */
  async function engineTable(topic: string): Promise<string[][]> {
    const response = await fetch(address(`rankings/${topic}`));
    const { rows } = (await response.json()) as SnapshotFrame;
    const dealers = (rows as ScoredDealer[]).toSorted(byRank);
    return dealers.map(({ rank, dealerId, displayScore }) => [
      rank === null ? '–' : String(rank),
      dealerId,
      fixed(displayScore, 2),
    ]);
  }

  async function untilPageShows(topic: string): Promise<void> {
    await until(async () => {
      const [shown, held] = [await page.evaluate(READ_TABLE), await engineTable(topic)];
      return held.length > 0 && JSON.stringify(shown) === JSON.stringify(held);
    });
  }

  it('shows what the engine ranks, live', async () => {
    await page.goto(address());
    await untilPageShows('ALL');
    const before = await engineTable('ALL');
    await publishLog(rig.nc, names, halfOf(log, 1));
    await until(async () => JSON.stringify(await engineTable('ALL')) !== JSON.stringify(before));
    await untilPageShows('ALL');
    expect(await page.evaluate(READ_HEALTH)).toBe('Live');
  });

  it('opens a segment by its address and hides nobody', async () => {
    const { scopes } = rig.engine.status();
    const segment = scopes.find((scope) => scope.includes('-'))!;
    await page.goto(address(`#${segment}`));
    await untilPageShows(segment);
    const read = `document.querySelector('[aria-selected=true]')?.dataset.scope`;
    expect(await page.evaluate(read)).toBe(segment);
    const listed = `document.querySelectorAll('[role=treeitem]').length`;
    expect(await page.evaluate(listed)).toBeGreaterThan(2);
  });

  it('ranks by a metric when its title is chosen', async () => {
    await page.evaluate(
      `[...document.querySelectorAll('thead a')].find((a) => a.href.endsWith('/responseSeconds')).click()`,
    );
    const topic = (await page.evaluate<string>('location.hash')).slice(1);
    await untilPageShows(topic);
    expect(topic.endsWith('/responseSeconds')).toBe(true);
  });

  it('breaks no rule of the content security policy and throws nothing', () => {
    expect(errors).toEqual([]);
  });

  it('says so when the engine is gone, and comes back by itself', async () => {
    const port = gateway!.port;
    await gateway!.close();
    gateway = null;
    await until(async () => (await page.evaluate(READ_HEALTH)) === 'Disconnected');
    const banner = await page.evaluate(`document.querySelector('.banner').textContent`);
    expect(banner).toMatch(/connection to the engine is lost.* old/);
    expect(await page.evaluate<unknown[]>(READ_TABLE)).not.toEqual([]);
    gateway = await openGateway(port);
    await until(async () => (await page.evaluate(READ_HEALTH)) === 'Live');
  });
});

function byRank(a: ScoredDealer, b: ScoredDealer): number {
  if (a.rank !== null && b.rank !== null) return a.rank - b.rank;
  if (a.rank !== b.rank) return a.rank === null ? 1 : -1;
  return b.composite - a.composite;
}

/** The first or second half of each partition's events. */
function halfOf(log: PartitionedLog, half: 0 | 1): PartitionedLog {
  return new Map(
    [...log].map(([partition, events]) => {
      const middle = events.length >> 1;
      return [partition, half === 0 ? events.slice(0, middle) : events.slice(middle)];
    }),
  );
}
