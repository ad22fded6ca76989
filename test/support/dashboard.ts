import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, watch } from './browser.ts';
import { type SpawnedService, spawnService } from './spawn-service.ts';

/** A service, with an empty database unless one is given, and a browser that looks at it. Ended with the scope. */
export interface Visit extends AsyncDisposable {
  readonly service: SpawnedService;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: readonly string[];
}

export async function visit(database = ':memory:'): Promise<Visit> {
  const service = await spawnService({ BENCHCAST_DATABASE: database });
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { complaints } = watch(context, service.address);
  const page = await context.newPage();
  return {
    service,
    browser,
    context,
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await service.end('SIGKILL');
    },
  };
}

/** The text of a file that a click saves. */
export async function savedBy(
  page: Page,
  click: () => Promise<void>,
): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}
