import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { hasBrowser, launchBrowser, settle } from '../test/support/browser.ts';
import { senderTo } from '../test/support/remote-sender.ts';
import { fillShowcase, type Showcase } from '../test/support/showcase.ts';
import { spawnService } from '../test/support/spawn-service.ts';
import { screenSizes, views } from '../test/support/views.ts';
import { buildDashboard } from './build-dashboard.ts';

/** The views at the top of the README, and the files that they are in. */
const readmeViews = {
  'frontier-model': 'evaluation of a frontier model',
  leaderboard: 'leaderboard',
} as const;
const readmeFolder = join(import.meta.dirname, '../docs/images');

type Take = (browser: Browser, address: string, showcase: Showcase) => Promise<void>;

/** A service with something to show, and a browser to look at it. */
async function withShowcase(take: Take): Promise<void> {
  if (!hasBrowser) throw new Error('there is no Chromium here');
  await buildDashboard();
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  await using browser = await launchBrowser();
  await take(browser, service.address, await fillShowcase(senderTo(service.address)));
}

/** What is seen first of the views of the README. */
async function takeReadme(browser: Browser, address: string, showcase: Showcase): Promise<void> {
  mkdirSync(readmeFolder, { recursive: true });
  const page = await browser.newPage({ viewport: screenSizes.wide, colorScheme: 'light' });
  for (const [file, view] of Object.entries(readmeViews)) {
    await page.goto(address + views[view].path(showcase));
    await settle(page);
    await page.screenshot({ path: join(readmeFolder, `${file}.png`) });
  }
}

/** Every view, in both looks, on both sizes of screen: to look at them after a change. */
const takeAll =
  (folder: string): Take =>
  async (browser, address, showcase) => {
    mkdirSync(folder, { recursive: true });
    for (const size of Object.keys(screenSizes) as (keyof typeof screenSizes)[]) {
      for (const colours of ['light', 'dark'] as const) {
        await takeViews(browser, address, showcase, { folder, size, colours });
      }
    }
  };

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

const [argument = 'screenshots'] = process.argv.slice(2);
await withShowcase(argument === '--readme' ? takeReadme : takeAll(argument));
