import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = spawnSync('sh', ['-c', 'command -v chromium']).stdout.toString().trim();

/** Tests in a browser are skipped where there is none. */
export const hasBrowser = executablePath !== '';

/** Chromium as it is there, without what it would ask other hosts for on its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export interface Watch {
  /** Console errors and warnings, uncaught errors, failed requests, requests to other hosts: what must not be. */
  readonly complaints: readonly string[];
}

/** Listens to all pages of a context from now on. */
export function watch(context: BrowserContext, address: string): Watch {
  const complaints: string[] = [];
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== address) complaints.push(`host: ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
      // A page that is left ends what it was listening to.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
  });
  return { complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds against a page, a line each. */
export async function violationsOn(page: Page): Promise<string[]> {
  // Evaluated through the debugger: the content policy of the page stays as it is.
  await page.evaluate(`${axe};0`);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the library is in the page, its types are not here
    const { violations } = await (globalThis as any).axe.run();
    return violations.map(
      ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
  });
}

/** Counts how far the layout shifts, from the first moment of every page of a context; to be read with `shiftOn`. */
export async function measureShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) layoutShift += value;
    }).observe({ type: 'layout-shift', buffered: true });
  `);
}

/** Cumulative layout shift of a page so far. */
export function shiftOn(page: Page): Promise<number> {
  return page.evaluate('layoutShift');
}

/** Waits until a view has all it asked for, and has drawn it. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('main .loading').first().waitFor({ state: 'detached' });
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}
