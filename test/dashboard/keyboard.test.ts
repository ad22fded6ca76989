import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { hasBrowser, settle } from '../support/browser.ts';
import { visit } from '../support/dashboard.ts';
import { itemsOf } from '../support/fixtures.ts';
import { senderTo } from '../support/remote-sender.ts';
import { fillShowcase } from '../support/showcase.ts';

const mostSteps = 80;

/** Tab until something of this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < mostSteps; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(() => {
      const { activeElement: element } = document;
      return element.labels?.[0]?.innerText || element.getAttribute('aria-label') || element.innerText || '';
    })()`);
    if (name.test(focused)) return;
  }
  throw new Error(`${mostSteps} steps by keyboard led to nothing called ${name}`);
}

it.skipIf(!hasBrowser)(
  'can be used by keyboard alone: a core set drawn, results reported, the answer read',
  { timeout: 180_000 },
  async () => {
    await using tour = await visit();
    const { page, service, complaints } = tour;
    const sender = senderTo(service.address);
    await fillShowcase(sender);
    await page.goto(service.address);
    await settle(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');

    await tabTo(page, /^Reasoning in eight subjects/);
    await page.keyboard.press('Enter');
    await settle(page);
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await tabTo(page, /^Evaluate a new model$/);
    await page.keyboard.press('Enter');
    await settle(page);
    await tabTo(page, /^Items to run/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('20');
    await tabTo(page, /^Draw the core set/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Core set of 20 items' }).waitFor();
    await settle(page);

    await tabTo(page, /^Name of the model/);
    await page.keyboard.type('typed-model');
    await tabTo(page, /^Results, a line each/);
    const { json } = await sender.send('GET', `/v1${new URL(page.url()).pathname}`);
    await page.keyboard.insertText(
      itemsOf(json)
        .map((item, at) => `${item},${at % 2}`)
        .join('\n'),
    );
    await tabTo(page, /^Report and see the answer/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'typed-model', level: 1 }).waitFor();
    await settle(page);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(!hasBrowser)('reads the heat map cell by cell by arrow keys', { timeout: 180_000 }, async () => {
  await using tour = await visit();
  const { page, service, complaints } = tour;
  const { benchmark } = await fillShowcase(senderTo(service.address));
  await page.goto(`${service.address}/benchmarks/${benchmark}/items`);
  await settle(page);
  await tabTo(page, /^Heat map/);
  const readout = page.locator('.readout');
  await page.keyboard.press('ArrowRight');
  const first = await readout.innerText();
  expect(first).toMatch(/model-\d+.*item-\d+/s);
  await page.keyboard.press('ArrowDown');
  expect(await readout.innerText()).not.toBe(first);
  await page.keyboard.press('End');
  expect(await readout.innerText()).toMatch(/item-\d+/);
  expect(complaints).toEqual([]);
});
