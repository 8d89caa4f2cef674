import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { InstrumentPage } from '../../schemas/record-edit.ts';
import { seriousFaults } from '../support/browser.ts';
import type { DeskRig } from '../support/desk-rig.ts';
import { until } from '../support/engine.ts';

/** Types an order, changes its list, and looks for both in the audit log. */
export function orderPage(rig: DeskRig): void {
  describe('the order ticket', () => {
    it('previews a list while an order is typed, and records what is called instead', async () => {
      const { page, errors } = await rig.newPage();
      const instrumentId = await anInstrument(rig);
      await page.goto(`${rig.url}/#/order`);
      await page.getByText('Fill in an instrument, a side and a quantity').waitFor();
      await chooseInstrument(page, instrumentId);
      await page.getByLabel('Buy', { exact: true }).check();
      await page.getByLabel('Quantity', { exact: true }).fill('2.5m');
      await page.getByText('= 2,500,000 nominal').waitFor();
      await page.getByRole('heading', { name: /^Recommended: \d+ dealers/ }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      const orderId = await page.getByLabel('Order id').inputValue();

      const dropped = await changeList(page);
      const called = await callsOf(page);
      await page.getByLabel('By', { exact: true }).fill('trader');
      await page.getByLabel('Reason', { exact: true }).fill('the desk has a line with them');
      await page.getByRole('button', { name: 'Call my list instead' }).click();
      await page.getByRole('heading', { name: /Recorded, with your list/ }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      expect(errors).toEqual([]);

      const link = page.locator('.order-taken h2 a');
      const decisionId = (await link.textContent())!;
      expect(await link.getAttribute('href')).toBe(`#/decisions/${decisionId}`);
      const override = { by: 'trader', reason: 'the desk has a line with them', called };
      const decision = await (await fetch(`${rig.url}/decisions/${decisionId}`)).json();
      expect(decision).toMatchObject({ orderId, overrides: [override] });
      expect(called).not.toContain(dropped);
      await until(async () => {
        const rows = (await rig.askHistory('decision', { decisionId })) ?? [];
        return JSON.stringify(rows).includes('the desk has a line with them');
      });
      // Of all that was asked while typing, only what was taken is recorded.
      expect(await rig.askHistory('selectionsOfOrder', { orderId })).toHaveLength(1);
      await page.close();
    });

    it('takes any instrument, and says the engine’s refusal beside the field', async () => {
      const { page } = await rig.newPage({ width: 390, height: 844, colorScheme: 'light' });
      await page.goto(`${rig.url}/#/order?instrument=NOBODY-KNOWS-IT&side=sell&quantity=1m`);
      await page.getByText('NOBODY-KNOWS-IT is not in the security master').waitFor();
      await page.locator('[data-call]').first().waitFor();
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(390);
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByLabel('Add a dealer').fill('NO-SUCH-DEALER');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      const hint = page.locator('#order-add-hint');
      await hint.getByText('nobody knows a dealer NO-SUCH-DEALER').waitFor();
      expect(await page.locator('[data-call=NO-SUCH-DEALER]').count()).toBe(0);
      await page.close();
    });

    it('greys a list that nobody renews, and says its age', async () => {
      const { page } = await rig.newPage();
      const instrumentId = await anInstrument(rig);
      await page.goto(`${rig.url}/#/order?instrument=${instrumentId}&side=buy&quantity=1m`);
      await page.locator('[data-call]').first().waitFor();
      await page.route('**/select?preview=true', (route) => route.abort());
      await page.getByLabel('Quantity', { exact: true }).fill('3m');
      await page.getByText(/No news of this list: .* What is shown is .* old/).waitFor();
      expect(await page.locator('.order-answer.is-old').count()).toBe(1);
      expect(await page.getByRole('button', { name: 'Take this list' }).isDisabled()).toBe(true);
      await page.unroute('**/select?preview=true');
      await page.getByLabel('Quantity', { exact: true }).fill('2m');
      await page.locator('.order-answer:not(.is-old)').waitFor();
      await page.getByRole('button', { name: 'Take this list' }).click();
      await page.getByRole('heading', { name: /Recorded: decision/ }).waitFor();
      await page.close();
    });
  });
}

/** One that is traded: benchmarks are not. */
async function anInstrument(rig: DeskRig): Promise<string> {
  const response = await fetch(`${rig.url}/instruments?limit=100`);
  const { instruments } = (await response.json()) as InstrumentPage;
  return instruments.find(({ instrumentId }) => !instrumentId.startsWith('BM-'))!.instrumentId;
}

/** By the keyboard, as a person who knows how the id begins. */
async function chooseInstrument(page: Page, instrumentId: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Instrument' });
  await field.pressSequentially(instrumentId.slice(0, -2));
  const option = page.getByRole('option').filter({ hasText: instrumentId });
  await option.waitFor();
  while ((await option.getAttribute('aria-selected')) !== 'true') await field.press('ArrowDown');
  await field.press('Enter');
  expect(await field.inputValue()).toBe(instrumentId);
}

/** Dealers on the list, first to call first. */
function callsOf(page: Page): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('[data-call]')].map((row) => row.dataset.call)`,
  );
}

/** Drops the first dealer, moves one by the keyboard and one by the pointer; gives the dropped one. */
async function changeList(page: Page): Promise<string | null> {
  // By its place: until it is changed, the list may become another one.
  const first = page.locator('[data-call]').first();
  await first.getByRole('button', { name: 'Do not call' }).click();
  const dropped = await page.locator('.order-dropped s').textContent();
  // Being changed, the list stands still.
  const [a, b, ...rest] = await callsOf(page);
  const later = page.getByRole('button', { name: `Call ${a} later` });
  await later.focus();
  await later.press('Enter');
  await until(async () => (await callsOf(page)).join() === [b, a, ...rest].join());
  await until(() => page.evaluate(`document.activeElement?.ariaLabel === 'Call ${a} later'`));
  const last = [b, a, ...rest].at(-1);
  const handle = page.locator(`[data-call="${last}"] .call-handle`);
  await handle.hover();
  await page.mouse.down();
  await page
    .locator('[data-call]')
    .first()
    .hover({ position: { x: 5, y: 2 } });
  await page.mouse.up();
  await until(async () => (await callsOf(page))[0] === last);
  return dropped;
}
