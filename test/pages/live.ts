import { jetstream } from '@nats-io/jetstream';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { connectNats } from '../../engine/platform/log.ts';
import { encode } from '../../schemas/codec.ts';
import { logNames, partitionOf } from '../../schemas/subjects.ts';
import type { DeskRig } from '../support/desk-rig.ts';
import { until } from '../support/engine.ts';

const PARTITIONS = 8;
const INSTRUMENT = 'USDTHB';
const METRIC = 'pageTest';
/** The engine is started again and reads its log. */
const RESTART_MS_MAX = 150_000;

const dealersOf = (page: Page) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('.dealer')].map((row) => row.dataset.dealer)`,
  );
const healthOf = (page: Page) => page.locator('.health-word').textContent();

/** What changes under a trader's eyes. The last of the pages' tests: it kills the engine. */
export function livePage(rig: DeskRig): void {
  describe('a page that stays open', () => {
    it('shows that two dealers have changed places', async () => {
      const [first, second] = await twoDealers(rig);
      const { page, errors } = await rig.newPage({ height: 1_600 });
      await page.goto(`${rig.url}/#ALL/tca.${METRIC}`);
      const isBefore = async () => {
        const shown = await dealersOf(page);
        const places = [shown.indexOf(first), shown.indexOf(second)] as const;
        return places.includes(-1) ? null : places[0] < places[1];
      };
      await observe(rig, { [first]: 10, [second]: 5 });
      await until(async () => (await isBefore()) !== null && (await hasValues(page)));
      const before = await isBefore();
      await observe(rig, { [second]: 1_000 });
      await until(async () => (await isBefore()) === !before);
      expect(errors).toEqual([]);
      await page.close();
    });

    it(
      'says that the engine is gone, how old the rows are, and comes back by itself',
      async () => {
        const { page } = await rig.newPage();
        await page.goto(rig.url);
        await page.locator('.dealer').first().waitFor();
        await until(async () => (await healthOf(page)) === 'Live');
        rig.killEngine();
        await until(async () => (await healthOf(page)) === 'Disconnected');
        const banner = page.locator('.banner-disconnected');
        expect(await banner.textContent()).toMatch(/connection to the engine is lost.*\d s old/s);
        await page.locator('.ranking-disconnected .dealer').first().waitFor();
        await until(async () => (await healthOf(page)) === 'Live');
        await page.locator('.ranking-live .dealer').first().waitFor();
        await page.close();
      },
      RESTART_MS_MAX,
    );
  });
}

async function twoDealers(rig: DeskRig): Promise<[string, string]> {
  const answer = await fetch(`${rig.url}/rankings/ALL?format=json`);
  const { rows } = (await answer.json()) as { rows: { dealerId: string }[] };
  return [rows[0]!.dealerId, rows[1]!.dealerId];
}

/** Twenty observations for each dealer of a metric that the rig's model has, where higher is better. */
async function observe(rig: DeskRig, values: Readonly<Record<string, number>>): Promise<void> {
  const nc = await connectNats(rig.natsUrl, 'test');
  const subject = logNames().events(partitionOf(INSTRUMENT, PARTITIONS), 'tca');
  const tsEvent = Date.now() * 1000;
  for (const [dealerId, value] of Object.entries(values)) {
    const events = Array.from({ length: 20 }, (_, i) => ({
      kind: 'tca',
      id: `${METRIC}-${tsEvent}-${dealerId}-${i}`,
      tsEvent,
      name: METRIC,
      dealerId,
      instrumentId: INSTRUMENT,
      value,
    }));
    await jetstream(nc).publish(subject, encode(events));
  }
  await nc.close();
}

/** The column of the metric says more than dashes. */
const hasValues = (page: Page) =>
  page.evaluate<boolean>(
    `[...document.querySelectorAll('.dealer .is-ranked')].some((cell) => /\\d/.test(cell.textContent))`,
  );
