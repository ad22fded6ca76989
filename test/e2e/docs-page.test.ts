import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { spawnService } from '../support/spawn-service.ts';

const executablePath = spawnSync('sh', ['-c', 'command -v chromium']).stdout.toString().trim();

describe.skipIf(executablePath === '')('the documentation page in a browser', () => {
  it('shows every operation, without an error and without asking another host', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-sync',
      ],
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      const hosts = new Set<string>();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).origin);
      });
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(`${service.address}/docs`);
      await page.locator('.opblock').first().waitFor();
      const document = await (await fetch(`${service.address}/openapi.json`)).json();
      const operations = Object.values((document as { paths: object }).paths).flatMap((path) =>
        Object.keys(path),
      );
      expect(await page.locator('.opblock').count()).toBe(operations.length);
      if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: false });
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([service.address]);
    } finally {
      await browser.close();
    }
  });
});
