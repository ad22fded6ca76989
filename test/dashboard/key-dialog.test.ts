import type { BrowserContext } from 'playwright-core';
import { expect, it } from 'vitest';
import { hasBrowser, settle, violationsOn } from '../support/browser.ts';
import { visit } from '../support/dashboard.ts';

const key = 'bc_a-key-of-a-test';

/** As a service with keys answers: 401 to whoever does not bring the right one. */
async function guard(context: BrowserContext): Promise<{ sent: (string | undefined)[] }> {
  const sent: (string | undefined)[] = [];
  await context.route('**/v1/**', async (route) => {
    const { authorization } = route.request().headers();
    sent.push(authorization);
    if (authorization === `Bearer ${key}`) return route.continue();
    await route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      headers: { 'www-authenticate': 'Bearer' },
      body: JSON.stringify({
        type: '/problems/no-key',
        title: 'A key is needed',
        status: 401,
        detail: 'no key',
      }),
    });
  });
  return { sent };
}

it.skipIf(!hasBrowser)(
  'asks for a key once the service wants one, and keeps it in memory only',
  { timeout: 180_000 },
  async () => {
    await using tour = await visit();
    const { page, context, service } = tour;
    const { sent } = await guard(context);
    await page.goto(service.address);
    const dialog = page.getByRole('dialog', { name: 'This service wants a key' });
    await dialog.waitFor();
    expect(await violationsOn(page)).toEqual([]);

    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);

    await dialog.getByLabel('API key').fill('a wrong one');
    await page.keyboard.press('Enter');
    await dialog.getByText('The key was not taken').waitFor();

    await dialog.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No benchmark yet' }).waitFor();
    await settle(page);
    expect(await dialog.isVisible()).toBe(false);
    expect(new Set(sent)).toEqual(new Set([undefined, 'Bearer a wrong one', `Bearer ${key}`]));

    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    );
    expect(kept).not.toContain(key);
    await page.reload();
    await dialog.waitFor();
  },
);
