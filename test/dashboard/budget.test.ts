import { expect, it } from 'vitest';
import { hasBrowser, settle } from '../support/browser.ts';
import { visit } from '../support/dashboard.ts';
import { senderTo } from '../support/remote-sender.ts';
import { fillShowcase } from '../support/showcase.ts';
import { views } from '../support/views.ts';

const most = 250_000;

/** Bytes of scripts and styles as they came over the line, and whether any came as they are. */
const received = `performance.getEntriesByType('resource')
  .filter(({ name }) => /\\.(js|css)$/.test(name))
  .map(({ encodedBodySize, decodedBodySize }) => [encodedBodySize, decodedBodySize])`;

it.skipIf(!hasBrowser)(
  'asks for less than 250 kB of script and style, compressed, on any view',
  { timeout: 180_000 },
  async () => {
    await using tour = await visit();
    const { browser, service } = tour;
    const showcase = await fillShowcase(senderTo(service.address));
    for (const view of ['benchmarks', 'leaderboard', 'items', 'evaluation of a frontier model']) {
      await using context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(service.address + views[view].path(showcase));
      await settle(page);
      const files = await page.evaluate<[number, number][]>(received);
      const sum = files.reduce((total, [encoded]) => total + encoded, 0);
      expect(files.length, view).toBeGreaterThan(1);
      expect(sum, view).toBeGreaterThan(10_000);
      expect(sum, view).toBeLessThan(most);
      expect(files.reduce((total, [, decoded]) => total + decoded, 0) / sum, view).toBeGreaterThan(2);
    }
  },
);
