import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { buildDashboard } from '../scripts/build-dashboard.ts';
import { hasBrowser, launchBrowser, settle } from '../test/support/browser.ts';
import { csvType, expectStatus } from '../test/support/fixtures.ts';
import { senderTo } from '../test/support/remote-sender.ts';
import { spawnService } from '../test/support/spawn-service.ts';
import { simulatedMatrix, toCsv } from './matrices.ts';
import { inThreeRuns } from './speed/measure.ts';
import { durationRow, renderTable } from './speed/report.ts';

const models = 448;
const items = 12_032;
const firstViewBudget = 250_000;
const scrollFrames = 120;

/** What the page weighs, and how fast it draws the largest of the public matrices beside the least that could draw it. */
async function measureDashboard(): Promise<void> {
  if (!hasBrowser) throw new Error('there is no Chromium here');
  await buildDashboard();
  printWeights();
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  await importMatrix(service.address);
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // Once before: the service reads the history, the browser the scripts.
  await openHeatMap(page, service.address, '1');
  const referenceName = 'the same cells into a bare canvas';
  const size = `${models} x ${items}`;
  const least = () => page.evaluate<number>(leastDrawing);
  const whole = await inThreeRuns(() => openHeatMap(page, service.address, 'whole'), least);
  const everyItem = await inThreeRuns(() => openHeatMap(page, service.address, '1'), least);
  const drawing = [
    durationRow({ path: 'heat map that fits the page, whole view', size, referenceName }, whole),
    durationRow({ path: 'heat map, a pixel an item, whole view', size, referenceName }, everyItem),
  ];
  console.log(renderTable(drawing));
  await openHeatMap(page, service.address, '1');
  const frames = await inThreeRuns(
    () => page.evaluate<number>(framesWhileScrolling(60)),
    () => page.evaluate<number>(framesWhileScrolling(0)),
  );
  const scrolling = [
    durationRow(
      {
        path: 'slowest but five of 120 frames, scrolling',
        size,
        referenceName: 'the same page, not scrolling',
      },
      frames,
    ),
  ];
  console.log(renderTable(scrolling));
}

function printWeights(): void {
  const folder = join(import.meta.dirname, '../dist/dashboard');
  const weightOf = (file: string) => gzipSync(readFileSync(join(folder, file))).length;
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
  const all = globSync('assets/*.{js,css}', { cwd: folder });
  const sum = (files: readonly string[]) => files.reduce((total, file) => total + weightOf(file), 0);
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `scripts and styles, gzipped: first view ${kilobytes(sum(first))} of ${kilobytes(firstViewBudget)} allowed; all views ${kilobytes(sum(all))}`,
  );
}

async function importMatrix(address: string): Promise<void> {
  const csv = toCsv(simulatedMatrix({ models, items }, 1));
  const { send } = senderTo(address);
  expectStatus(await send('PUT', '/v1/benchmarks/large', {}), 201);
  expectStatus(await send('POST', '/v1/benchmarks/large/scores', csv, csvType), 200);
}

/** Milliseconds from the address to the heat map on the screen. */
async function openHeatMap(page: Page, address: string, zoom: string): Promise<number> {
  await page.goto(`${address}/benchmarks/large/items?zoom=${zoom}`);
  await page.locator('.explorable image').first().waitFor();
  const drawn = await page.evaluate<number>(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))',
  );
  await settle(page);
  return drawn;
}

/** What has to be done in any case: ask, decode, colour, put on the screen. Answers milliseconds. */
const leastDrawing = `(async () => {
  const start = performance.now();
  const { rows, columns, cells } = await (
    await fetch('/v1/benchmarks/large/heat-map?rows=448&columns=12032', { cache: 'no-store' })
  ).json();
  const text = atob(cells);
  const canvas = Object.assign(document.createElement('canvas'), { width: columns, height: rows });
  const context = canvas.getContext('2d');
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < text.length; i++) pixels[i] = 0xff000000 | (text.charCodeAt(i) * 0x010101);
  context.putImageData(image, 0, 0);
  document.body.append(canvas);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const took = performance.now() - start;
  canvas.remove();
  return took;
})()`;

/** The 95th percentile of the times between frames, milliseconds, while the heat map moves by so many pixels a frame. */
function framesWhileScrolling(pixels: number): string {
  return `(async () => {
    const box = document.querySelector('.explorable');
    box.scrollLeft = 0;
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < ${scrollFrames}; frame++) {
      box.scrollLeft += ${pixels};
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(0.95 * times.length)];
  })()`;
}

await measureDashboard();
