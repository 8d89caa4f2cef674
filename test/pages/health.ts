import { jetstream } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { connectNats } from '../../engine/platform/log.ts';
import { logNames } from '../../schemas/subjects.ts';
import { seriousFaults } from '../support/browser.ts';
import type { DeskRig } from '../support/desk-rig.ts';

/** How the engine is, live, and what was refused. */
export function healthPage(rig: DeskRig): void {
  describe('the health page', () => {
    it('shows each partition live, and figures that move', async () => {
      const { page, errors } = await rig.newPage();
      await page.goto(`${rig.url}/#/health`);
      const partitions = page.locator('.partitions tbody tr');
      await partitions.first().waitFor();
      const { partitions: known } = (await (await fetch(`${rig.url}/status`)).json()) as {
        partitions: unknown[];
      };
      expect(await partitions.count()).toBe(known.length);
      await page.locator('.partition-degraded').first().waitFor({ state: 'detached' });
      // A rate is there once the engine has answered twice.
      await page
        .getByText(/^[\d,.]+ a second$/)
        .first()
        .waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.context().close();
    });

    it('greys out what is old, with its age, and goes on by itself', async () => {
      const { page } = await rig.newPage();
      await page.goto(`${rig.url}/#/health`);
      await page.locator('.partitions').waitFor();
      await page.context().setOffline(true);
      await page
        .getByText(/^No news of the engine's health: .*What is shown is [\d.]+ s old/)
        .waitFor();
      expect(await page.locator('.is-old .partitions').count()).toBe(1);
      await page.context().setOffline(false);
      await page.locator('.is-old .partitions').waitFor({ state: 'detached' });
      expect(await page.locator('.partitions').count()).toBe(1);
      await page.context().close();
    });

    it('shows a message that was refused, byte for byte', async () => {
      const nc = await connectNats(rig.natsUrl, 'test');
      const garbage = new Uint8Array([0xc1, 0x00, 0xff, 0xfe]);
      await jetstream(nc).publish(logNames().events(0, 'quote'), garbage);
      await nc.close();
      const { page } = await rig.newPage({ width: 390, height: 844, colorScheme: 'light' });
      await page.goto(`${rig.url}/#/health`);
      await page.getByRole('button', { name: /^undecodable/ }).click();
      const letter = page.locator('.letter-list li').first();
      await letter.locator('summary').click();
      await letter.getByText('c1 00 ff fe').waitFor();
      expect(await letter.textContent()).toContain('of partition 0');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    });
  });
}
