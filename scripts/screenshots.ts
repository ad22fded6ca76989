import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { hasBrowser, launchBrowser, settle } from '../test/support/browser.ts';
import { senderTo } from '../test/support/remote-sender.ts';
import { fillShowcase, type Showcase } from '../test/support/showcase.ts';
import { spawnService } from '../test/support/spawn-service.ts';
import { screenSizes, views } from '../test/support/views.ts';
import { buildDashboard } from './build-dashboard.ts';

/** Pictures of every view, in both looks, on both sizes of screen: to look at them after a change. */
async function takeAll(folder: string): Promise<void> {
  if (!hasBrowser) throw new Error('there is no Chromium here');
  mkdirSync(folder, { recursive: true });
  await buildDashboard();
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  await using browser = await launchBrowser();
  const showcase = await fillShowcase(senderTo(service.address));
  for (const size of Object.keys(screenSizes) as (keyof typeof screenSizes)[]) {
    for (const colours of ['light', 'dark'] as const) {
      await takeViews(browser, service.address, showcase, { folder, size, colours });
    }
  }
}

interface Look {
  readonly folder: string;
  readonly size: keyof typeof screenSizes;
  readonly colours: 'light' | 'dark';
}

async function takeViews(browser: Browser, address: string, showcase: Showcase, look: Look): Promise<void> {
  const { folder, size, colours } = look;
  await using context = await browser.newContext({ viewport: screenSizes[size], colorScheme: colours });
  const page = await context.newPage();
  for (const [name, { path }] of Object.entries(views)) {
    await page.goto(address + path(showcase));
    await settle(page);
    const file = `${name.replaceAll(' ', '-')}-${size}-${colours}`;
    await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true });
    console.log(file);
  }
}

await takeAll(process.argv[2] ?? 'screenshots');
