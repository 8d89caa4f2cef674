import { describe, expect, it } from 'vitest';
import type { SelectionAnswer } from '../../schemas/selection.ts';
import { seriousFaults } from '../support/browser.ts';
import type { DeskRig } from '../support/desk-rig.ts';
import { until } from '../support/engine.ts';

const ORDER_ID = 'O-AUDITED';

/** The audit trail, one decision, and the chain that all of them are. */
export function decisionsPage(rig: DeskRig): void {
  describe('the decisions page', () => {
    it('finds a decision and its override, and shows what the engine knew', async () => {
      const decision = await decide(rig);
      const { decisionId, dealers } = decision;
      const [first] = dealers;
      const override = { by: 'Ann Trader', reason: 'they axed it', drop: [first!.dealerId] };
      await post(rig, `decisions/${decisionId}/override`, override);
      await until(async () => {
        const rows = await rig.askHistory('decision', { decisionId });
        return (rows?.length ?? 0) >= 2;
      });
      const { page, errors } = await rig.newPage();
      await page.goto(`${rig.url}/#/decisions`);
      await page.getByLabel('Order, instrument, dealer or decision').fill(ORDER_ID.toLowerCase());
      await page.getByRole('button', { name: 'Search' }).click();
      const rows = page.locator('.trail tbody tr');
      await page.locator('.trail-override').waitFor();
      expect(await rows.count()).toBe(2);
      expect(await rows.first().textContent()).toContain('they axed it');
      await rows.last().getByRole('link').click();
      await page.getByRole('heading', { level: 1, name: `Decision ${decisionId}` }).waitFor();
      await page.getByText('Overridden once').waitFor();
      const called = await page.locator('.called-name').allInnerTexts();
      expect(called).toEqual(dealers.map(({ dealerId }) => dealerId));
      expect(await page.locator('.called-list').textContent()).toContain(first!.reason);
      await page.getByText('The rules as they stood').click();
      await page.getByText('in their canonical form').waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.context().close();
    });

    it('has the engine verify the chain, and says what was checked', async () => {
      const { page } = await rig.newPage({ width: 390, height: 844, colorScheme: 'light' });
      await page.goto(`${rig.url}/#/decisions`);
      await page.getByRole('button', { name: 'Verify the chain' }).click();
      const verdict = page.locator('.chain-good, .chain-bad');
      await verdict.waitFor();
      expect(await verdict.textContent()).toMatch(
        /^✓ The chain is whole: [\d,]+ records? checked, up to \d+, 0 faults\.$/,
      );
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    });
  });
}

/** Asks whom to call for some instrument of the market, now by the engine's own time. */
async function decide(rig: DeskRig): Promise<SelectionAnswer> {
  const { instruments } = await read<{ instruments: { instrumentId: string }[] }>(
    rig,
    'instruments?limit=1',
  );
  const order = {
    orderId: ORDER_ID,
    instrumentId: instruments[0]!.instrumentId,
    side: 'buy',
    quantity: 1_000_000,
    tsEvent: Date.now() * 1_000,
  };
  return (await post(rig, 'select', order)) as SelectionAnswer;
}

async function read<T>(rig: DeskRig, path: string): Promise<T> {
  return (await (await fetch(`${rig.url}/${path}`)).json()) as T;
}

async function post(rig: DeskRig, path: string, content: object): Promise<unknown> {
  const body = JSON.stringify(content);
  const response = await fetch(`${rig.url}/${path}`, { method: 'POST', body });
  const answer = await response.json();
  expect(answer, path).not.toHaveProperty('code');
  return answer;
}
