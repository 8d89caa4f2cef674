import type { Response } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { DeskRig } from '../support/desk-rig.ts';

/** Of all pages, as they are sent. */
const SCRIPT_BYTES_MAX = 100_000;

/** What all pages share: navigation, theme, and that nothing breaks. */
export function shellOfPages(rig: DeskRig): void {
  describe('the pages', () => {
    it('are reached by their names, and keep to the chosen theme', async () => {
      const { page, errors } = await rig.newPage({ colorScheme: 'dark' });
      const scripts: Response[] = [];
      page.on('response', (response) => {
        if (response.url().endsWith('.js')) scripts.push(response);
      });
      await page.goto(rig.url);
      const colour = () =>
        page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
      const dark = await colour();
      for (const name of ['Order', 'Dealers', 'Decisions', 'Health']) {
        await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
        await page.getByRole('heading', { level: 1, name }).waitFor();
        expect(await page.title()).toBe(`${name} · Firstcall`);
      }
      const sizes = await Promise.all(scripts.map((script) => script.request().sizes()));
      const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
      expect(scripts.map((script) => script.headers()['content-encoding'])).not.toContain(
        undefined,
      );
      expect(scripts.length).toBeGreaterThan(3);
      expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
      const button = page.getByRole('button', { name: /^Colours/ });
      await button.click();
      expect(await colour()).toBe(dark);
      await button.click();
      expect(await colour()).not.toBe(dark);
      await page.reload();
      await button.waitFor();
      expect(await colour()).not.toBe(dark);
      expect(errors).toEqual([]);
      await page.close();
    });
  });
}
