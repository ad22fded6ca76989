import { expect, it } from 'vitest';
import { hasBrowser, launchBrowser, watch } from '../support/browser.ts';
import { spawnService } from '../support/spawn-service.ts';

it.skipIf(!hasBrowser)(
  'shows every operation, without an error and without asking another host',
  async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await using browser = await launchBrowser();
    const context = await browser.newContext();
    const { complaints } = watch(context, service.address);
    const page = await context.newPage();
    await page.goto(`${service.address}/docs`);
    await page.locator('.opblock').first().waitFor();
    const document = await (await fetch(`${service.address}/openapi.json`)).json();
    const operations = Object.values((document as { paths: object }).paths).flatMap((path) =>
      Object.keys(path),
    );
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    expect(complaints).toEqual([]);
  },
);
