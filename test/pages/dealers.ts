import { describe, expect, it } from 'vitest';
import type { DealerMatrix, MatrixRow } from '../../schemas/matrix.ts';
import { seriousFaults } from '../support/browser.ts';
import type { DeskRig } from '../support/desk-rig.ts';
import { until } from '../support/engine.ts';

/** Keeps what the paper is given: the theme, how wide the charts are, and what stands at its head. */
const NOTE_PRINTED = `addEventListener('beforeprint', () => {
  const { documentElement, body } = document;
  const head = document.querySelector('.print-head').textContent;
  const { width } = document.querySelector('.trend-plot canvas');
  body.dataset.printed = [documentElement.dataset.theme, width, head].join(' ');
})`;

/** The list of all dealers, and the scorecard of one. */
export function dealersPage(rig: DeskRig): void {
  describe('the dealer page', () => {
    it('finds a dealer among all by its name, and leads to its scorecard by keyboard', async () => {
      const { page, errors } = await rig.newPage();
      await page.goto(`${rig.url}/#/dealers`);
      const lines = page.locator('.dealer-list tbody tr');
      await lines.first().waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      const dealerId = await lines.last().getAttribute('data-dealer');
      await page.keyboard.press('/');
      await page.keyboard.type(dealerId!.toLowerCase());
      await until(async () => (await lines.first().getAttribute('data-dealer')) === dealerId);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: dealerId! }).waitFor();
      expect(errors).toEqual([]);
      await page.close();
    });

    it('ranks dealers by an asset class', async () => {
      const { page } = await rig.newPage();
      await page.goto(`${rig.url}/#/dealers`);
      const { assetClass } = (await matrixOf(rig))[0]!;
      const title = page.locator('.dealer-list thead').getByRole('button', { name: assetClass });
      await title.click();
      const sorted = page.locator('.dealer-list th[aria-sort]');
      expect(await sorted.textContent()).toContain(assetClass);
      const first = page.locator('.dealer-list tbody tr').first();
      await until(async () => {
        const shown = await first.getAttribute('data-dealer');
        const best = (row: MatrixRow) => row.assetClass === assetClass && row.rank === 1;
        return shown === (await matrixOf(rig)).find(best)?.dealerId;
      });
      await page.close();
    });

    it('shows how a dealer stands and what it did, also on a phone and in the light', async () => {
      const dealerId = await bestDealer(rig);
      for (const look of [
        { width: 1280, colorScheme: 'dark' },
        { width: 390, colorScheme: 'light' },
      ] as const) {
        const { page, errors } = await rig.newPage(look);
        await page.goto(`${rig.url}/#/dealers/${dealerId}`);
        await page.locator('.trend-plot canvas').nth(4).waitFor();
        await page.locator('.mark-out').waitFor();
        await page.locator('.standings .facts').waitFor();
        const won = page.locator('.share-bars tr', { hasText: 'Won' }).locator('td').first();
        expect(Number((await won.textContent())!.replace(',', ''))).toBeGreaterThan(0);
        expect(await seriousFaults(page)).toEqual([]);
        const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
        expect(scrollWidth).toBeLessThanOrEqual(look.width);
        expect(errors).toEqual([]);
        await page.close();
      }
    });

    it('keeps to one asset class where that is chosen', async () => {
      const dealerId = await bestDealer(rig);
      const { page } = await rig.newPage();
      await page.goto(`${rig.url}/#/dealers/${dealerId}`);
      const choices = page.getByRole('navigation', { name: 'Asset class' }).getByRole('link');
      await choices.nth(1).click();
      const scope = (await choices.nth(1).textContent())!;
      await page
        .getByRole('heading', { name: `What moved the score this week, ${scope}` })
        .waitFor();
      expect(await page.locator('.standings .is-chosen th').textContent()).toBe(scope);
      await page.close();
    });

    it('goes on paper: light, without what is for the screen, with what it is of', async () => {
      const dealerId = await bestDealer(rig);
      const { page } = await rig.newPage({ colorScheme: 'dark' });
      await page.goto(`${rig.url}/#/dealers/${dealerId}`);
      await page.locator('.trend-plot canvas').nth(4).waitFor();
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.header').isVisible()).toBe(false);
      expect(await page.locator('.print-head').textContent()).toMatch(/Model[0-9a-f]{16,}/);
      await page.evaluate(NOTE_PRINTED);
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      const text = pdf.toString('latin1');
      expect(text.match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(1);
      expect(/\/Type\s*\/Font\b/.test(text)).toBe(true);
      expect(await page.evaluate('document.body.dataset.printed')).toMatch(
        /^light 320 .*Printed\d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC$/,
      );
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBeUndefined();
      await page.close();
    });

    it('says so where nobody is called so, and where the history does not answer', async () => {
      const { page } = await rig.newPage();
      await page.goto(`${rig.url}/#/dealers/NOBODY`);
      await page.getByText('dealer NOBODY: has no record and was never observed').waitFor();
      await page.route('**/history', (route) =>
        route.fulfill({ status: 503, json: { code: 'historyAway', message: 'nobody answers' } }),
      );
      await page.goto(`${rig.url}/#/dealers/${await bestDealer(rig)}`);
      await page.locator('.standings .facts').waitFor();
      await page.getByText('There is no answer for its mark-outs: nobody answers.').waitFor();
      await page.close();
    });
  });
}

async function matrixOf(rig: DeskRig): Promise<readonly MatrixRow[]> {
  const answer = (await (await fetch(`${rig.url}/matrix`)).json()) as DealerMatrix;
  return answer.rows;
}

/** The one that trades most, so that there is something to see. */
async function bestDealer(rig: DeskRig): Promise<string> {
  return (await matrixOf(rig)).toSorted((a, b) => b.hitRate - a.hitRate)[0]!.dealerId;
}
