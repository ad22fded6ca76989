import { expect, it } from 'vitest';
import { hasBrowser, settle, violationsOn } from '../support/browser.ts';
import { savedBy, visit } from '../support/dashboard.ts';
import { bearer } from '../support/keys.ts';
import { outcomeOf, runMain } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function createKey(database: string): Promise<string> {
  const words = ['keys', 'create', '--name', 'page', '--scope', 'admin'];
  const { out } = await outcomeOf(runMain(words, { BENCHCAST_DATABASE: database }));
  return out.trim();
}

it.skipIf(!hasBrowser)(
  'asks for a key once the service wants one, and keeps it in memory only',
  { timeout: 180_000 },
  async () => {
    using folder = temporaryFolder();
    const database = folder.path('keys.db');
    const key = await createKey(database);
    expect(key).toMatch(/^bck_/);
    await using tour = await visit(database);
    const { page, context, service } = tour;
    const sent = new Set<string | undefined>();
    context.on('request', (request) => {
      if (request.url().includes('/v1/')) sent.add(request.headers().authorization);
    });
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
    expect(sent).toEqual(new Set([undefined, 'Bearer a wrong one', `Bearer ${key}`]));

    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    );
    expect(kept).not.toContain(key);
    await page.reload();
    await dialog.waitFor();
  },
);

it.skipIf(!hasBrowser)(
  'shows the JSON of a view and saves a matrix where a key is needed',
  { timeout: 180_000 },
  async () => {
    using folder = temporaryFolder();
    const database = folder.path('keys.db');
    const key = await createKey(database);
    await using tour = await visit(database);
    const { page, context, service } = tour;
    const matrix = 'model,a,b\nm1,0,1\nm2,1,1\n';
    for (const [method, path, body] of [
      ['PUT', '/v1/benchmarks/kept', undefined],
      ['POST', '/v1/benchmarks/kept/scores', matrix],
    ] as const) {
      const headers = { ...bearer(key), ...(body && { 'content-type': 'text/csv' }) };
      const response = await fetch(service.address + path, { method, headers, body });
      expect(response.status).toBeLessThan(300);
    }
    await page.goto(`${service.address}/benchmarks/kept/items`);
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await settle(page);

    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'JSON of this view' }).click(),
    ]);
    await tab.waitForURL(/^blob:/);
    expect(JSON.parse(await tab.locator('body').innerText())).toMatchObject({ benchmark: 'kept' });
    await tab.close();

    const save = () => page.getByRole('link', { name: 'The matrix as CSV' }).click();
    expect(await savedBy(page, save)).toEqual({ name: 'kept.csv', text: matrix });

    await fetch(`${service.address}/v1/benchmarks/kept`, { method: 'DELETE', headers: bearer(key) });
    await save();
    await page.getByRole('alert').getByText('kept').waitFor();
  },
);
