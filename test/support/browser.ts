import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** A Chromium or Chrome on the PATH, or what FIRSTCALL_CHROMIUM names; null without one. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.FIRSTCALL_CHROMIUM ?? '', ...found].find((path) => existsSync(path)) ?? null;
}

/** Starts a browser. Chromium's sandbox refuses to run as root. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  const chromiumSandbox = process.getuid?.() !== 0;
  return await chromium.launch({ executablePath, chromiumSandbox, args: FLAGS });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'dark' | 'light';
}

/** A page with a profile of its own, and the errors of its scripts and of the content security policy. */
export async function openPage(
  browser: Browser,
  { width = 1280, height = 900, colorScheme = 'dark' }: PageOptions = {},
): Promise<{ page: Page; errors: readonly string[] }> {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return { page, errors };
}

/** What axe-core finds that a person could not live with: its serious and critical faults, in words. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = "document, { resultTypes: ['violations'] }";
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
}
