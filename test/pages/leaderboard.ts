import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { InstrumentPage } from '../../schemas/record-edit.ts';
import { seriousFaults } from '../support/browser.ts';
import type { DeskRig } from '../support/desk-rig.ts';
import { until } from '../support/engine.ts';

/** The cell that has the focus: row and column as a screen reader counts them. */
const focusedCell = async (page: Page) =>
  await page.evaluate<number[]>(`{
    const cell = document.activeElement?.closest('[aria-colindex]');
    const row = cell?.closest('[aria-rowindex]');
    [row?.getAttribute('aria-rowindex'), cell?.getAttribute('aria-colindex')].map(Number);
  }`);

const titlesOf = (page: Page) => page.getByRole('columnheader').allInnerTexts();

export function leaderboardPage(rig: DeskRig): void {
  describe('the leaderboard', () => {
    const open = async (...options: Parameters<DeskRig['newPage']>) => {
      const opened = await rig.newPage(...options);
      await opened.page.goto(rig.url);
      await opened.page.locator('.dealer').first().waitFor();
      return opened;
    };

    it('is walked by keyboard, ranks by a title and opens a dealer', async () => {
      const { page, errors } = await open();
      await page.locator('.board [tabindex="0"]').focus();
      expect(await focusedCell(page)).toEqual([2, 3]);
      await page.keyboard.press('Control+End');
      const grid = page.getByRole('grid');
      const counts = await Promise.all(
        ['aria-rowcount', 'aria-colcount'].map((name) => grid.getAttribute(name)),
      );
      expect(await focusedCell(page)).toEqual(counts.map(Number));
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('ArrowUp');
      expect(await focusedCell(page)).toEqual([1, 1]);
      await page.getByRole('columnheader', { name: 'Response' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('[aria-sort=ascending]', { hasText: 'Response' }).waitFor();
      expect(page.url()).toBe(`${rig.url}/#ALL/responseSeconds`);
      await page.locator('.dealer .is-ranked').first().waitFor();
      await page.locator('.dealer [tabindex="-1"]').first().focus();
      const name = await page.evaluate<string>(
        `document.activeElement.closest('.dealer').dataset.dealer`,
      );
      await page.keyboard.press('Enter');
      await until(() => page.url() === `${rig.url}/#/dealers/${name}`);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('has the columns and the pins that were chosen, and has them again', async () => {
      const { page, errors } = await open();
      await page.getByText('Columns', { exact: true }).click();
      await page.getByRole('checkbox', { name: 'Cover' }).check();
      await page.getByRole('checkbox', { name: 'Session' }).uncheck();
      await page.getByRole('columnheader', { name: 'Cover' }).waitFor();
      await page.getByRole('button', { name: 'Pin this segment' }).click();
      const titles = await titlesOf(page);
      expect(titles.some((title) => title.startsWith('Session'))).toBe(false);
      await page.reload();
      await page.locator('.dealer').first().waitFor();
      expect(await titlesOf(page)).toEqual(titles);
      const pinned = page.getByRole('region', { name: 'Pinned' });
      expect(await pinned.getByRole('link').allInnerTexts()).toEqual(['All instruments']);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('puts two dealers side by side, in words', async () => {
      const { page, errors } = await open();
      const boxes = page.locator('.dealer input');
      await boxes.nth(0).click();
      await boxes.nth(1).click();
      const comparison = page.getByRole('region', { name: 'Comparison' });
      await comparison.getByRole('row', { name: /Composite/ }).waitFor();
      const says = await comparison.locator('tbody td:last-child').allInnerTexts();
      expect(says.length).toBeGreaterThan(4);
      for (const each of says) expect(each).toMatch(/better|Too close|No difference|known/);
      expect(await seriousFaults(page)).toEqual([]);
      await comparison.getByRole('button', { name: 'Close' }).click();
      await comparison.waitFor({ state: 'detached' });
      expect(errors).toEqual([]);
      await page.close();
    });

    it('says when dealers last quoted', async () => {
      const { page } = await open();
      await page
        .locator('.col-lastQuote .age', { hasText: /^\d.* (s|min|h|days)$/ })
        .first()
        .waitFor();
      await page.close();
    });

    it('finds an instrument and its issuer, and ranks by them', async () => {
      const { instruments } = (await (
        await fetch(`${rig.url}/instruments?limit=1000`)
      ).json()) as InstrumentPage;
      const { instrumentId, record } = instruments.find((each) => each.record.issuerId)!;
      const { page, errors } = await open();
      await page.keyboard.press('/');
      await page.keyboard.type(instrumentId.toLowerCase());
      const found = page.getByRole('region', { name: 'Instruments' });
      await found.getByRole('link', { name: instrumentId }).first().click();
      await until(() => page.url() === `${rig.url}/#instrument:${instrumentId}`);
      await page.getByRole('region', { name: 'Issuers' }).getByRole('link').first().click();
      await until(() => page.url() === `${rig.url}/#issuer:${record.issuerId}`);
      await page.locator('h1', { hasText: String(record.issuerId) }).waitFor();
      expect(errors).toEqual([]);
      await page.close();
    });

    for (const colorScheme of ['dark', 'light'] as const) {
      it(`has no serious fault in ${colorScheme}, wide or on a phone`, async () => {
        const { page } = await open({ colorScheme });
        expect(await seriousFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 390, height: 844 });
        await until(
          async () => (await page.locator('.dealer').first().boundingBox())!.height > 100,
        );
        expect(await seriousFaults(page)).toEqual([]);
        expect(await page.evaluate<number>('document.body.scrollWidth')).toBeLessThanOrEqual(390);
        await page.close();
      });
    }
  });
}
