import { expect, it } from 'vitest';
import { hasBrowser, settle } from '../support/browser.ts';
import { visit } from '../support/dashboard.ts';
import { senderTo } from '../support/remote-sender.ts';
import { fillShowcase } from '../support/showcase.ts';

it.skipIf(!hasBrowser)(
  'starts a back-test, follows it live, and cancels it',
  { timeout: 180_000 },
  async () => {
    await using tour = await visit();
    const { page, service, complaints } = tour;
    const { benchmark } = await fillShowcase(senderTo(service.address));
    await page.goto(`${service.address}/benchmarks/${benchmark}/backtests`);
    await settle(page);
    await page.getByLabel(/^Repeats/).fill('1000');
    await page.getByRole('button', { name: 'Start the back-test' }).click();
    const bar = page.getByRole('progressbar');
    await bar.waitFor();
    const share = async () => Number((await bar.getAttribute('value')) ?? 0);
    await expect.poll(share, { timeout: 60_000 }).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /^Yes/ }).click();
    await page
      .getByText(/cancelled/i)
      .first()
      .waitFor();
    await settle(page);
    expect(complaints).toEqual([]);
  },
);
