import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hasBrowser,
  launchBrowser,
  measureShifts,
  settle,
  shiftOn,
  violationsOn,
  watch,
} from '../support/browser.ts';
import { senderTo } from '../support/remote-sender.ts';
import { fillShowcase, type Showcase } from '../support/showcase.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { screenSizes, views } from '../support/views.ts';

let service: SpawnedService;
let browser: Browser;
let showcase: Showcase;

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  browser = await launchBrowser();
  showcase = await fillShowcase(senderTo(service.address));
});
afterAll(async () => {
  await browser?.close();
  await service?.end('SIGKILL');
});

/** Tables of which a part is out of sight: it may be the interval of an estimate, or its warning. */
const tablesCutOff = `Array.from(document.querySelectorAll('.data-table .scroll'))
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => box.getAttribute('aria-label'))`;

describe.skipIf(!hasBrowser).each(Object.keys(screenSizes) as (keyof typeof screenSizes)[])(
  'on a %s screen',
  (size) => {
    describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
      it.each(Object.entries(views))(
        '%s: whole, still, accessible, and without a complaint',
        async (_, view) => {
          await using context = await browser.newContext({ viewport: screenSizes[size], colorScheme });
          const { complaints } = watch(context, service.address);
          await measureShifts(context);
          const page = await context.newPage();
          await page.goto(service.address + view.path(showcase));
          await settle(page);
          expect(await page.locator('h1').textContent()).toMatch(view.heading);
          expect(await page.locator('[role=alert].notice:has-text("Try again")').count()).toBe(0);
          expect(await shiftOn(page)).toBe(0);
          const beyond = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
          expect(await page.evaluate(beyond)).toBe(0);
          expect(await page.evaluate(tablesCutOff)).toEqual([]);
          expect(await violationsOn(page)).toEqual([]);
          expect(complaints).toEqual([]);
        },
      );
    });
  },
);
