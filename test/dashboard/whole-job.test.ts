import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { cellAt, type ScoreMatrix } from '../../src/scores/score-matrix.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { hasBrowser, settle } from '../support/browser.ts';
import { savedBy, visit } from '../support/dashboard.ts';
import { lines } from '../support/fixtures.ts';
import { fullScoresOf } from '../support/histories.ts';
import { hasShared, readMatrix } from '../support/shared.ts';

interface World {
  readonly items: readonly string[];
  readonly models: readonly string[];
  readonly matrix: ScoreMatrix;
  /** The row of the best model, and of one in the middle: the new ones. */
  readonly best: number;
  readonly middle: number;
  /** Rows of the models that are in no history: those two, and the others at the very top. */
  readonly unknown: ReadonlySet<number>;
}

const topModels = 4;
/** Of the core set: the same items in every run. */
const seed = '11';

let world: World;

/** The public matrix where it is at hand, else a simulated one of its size. */
beforeAll(() => {
  const { items, models, matrix } = hasShared ? readMatrix('gsm') : simulated();
  const ranked = [...fullScoresOf(matrix).entries()].sort(([, a], [, b]) => b - a).map(([row]) => row);
  const middle = ranked[Math.floor(ranked.length / 2)];
  const unknown = new Set([middle, ...ranked.slice(0, topModels)]);
  world = { items, models, matrix, best: ranked[0], middle, unknown };
});

function simulated() {
  const { items, models, scores } = simulateBenchmark({ models: 83, items: 1000, groups: 1, seed: 5 });
  const matrix = { nModels: models.length, nItems: items.length, cells: scores };
  return { items: items.map(({ item }) => item), models, matrix };
}

function historyCsv(): Buffer {
  const { items, models, matrix, unknown } = world;
  const rows = models.flatMap((model, row) =>
    unknown.has(row) ? [] : [[model, ...items.map((_, item) => cellAt(matrix, row, item))]],
  );
  return gzipSync(lines([['model', ...items], ...rows]));
}

/** What a harness would bring back: the items asked for, with the model's scores. */
function resultsCsv(row: number, items: readonly string[]): Buffer {
  const position = new Map(world.items.map((item, at) => [item, at]));
  const scores = items.map((item) => [item, cellAt(world.matrix, row, position.get(item)!)]);
  return Buffer.from(lines([['item', 'score'], ...scores]));
}

function fullScore(row: number): number {
  return fullScoresOf(world.matrix)[row];
}

async function addBenchmark(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Add the first benchmark' }).click();
  const file = { name: 'gsm.csv.gz', mimeType: 'application/gzip', buffer: historyCsv() };
  await page.locator('input[type=file]').setInputFiles(file);
  expect(await page.getByLabel('Name, for addresses').inputValue()).toBe('gsm');
  await page.getByLabel('Title, for people').fill('GSM8K');
  await page.getByRole('button', { name: 'Look what is in it' }).click();
  await page.getByText('78 models on 1,000 items').waitFor();
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByRole('heading', { name: 'GSM8K', level: 1 }).waitFor();
}

/** Draws fifty items, and answers those of the file that is to be run. */
async function drawCoreSet(page: Page): Promise<string[]> {
  await page.getByRole('navigation').getByRole('link', { name: 'Evaluate a new model' }).click();
  await page.getByLabel('Items to run').fill('50');
  await page.getByText('More choices').click();
  await page.getByLabel('Seed').fill(seed);
  await page
    .getByText(/50 items: /)
    .first()
    .waitFor();
  await page.getByRole('button', { name: /Draw the core set/ }).click();
  await page.getByRole('heading', { name: 'Core set of 50 items' }).waitFor();
  await settle(page);
  const { text } = await savedBy(page, () => page.getByRole('button', { name: /^Save cs_.*txt/ }).click());
  const items = text.trim().split('\n');
  expect(items).toHaveLength(50);
  return items;
}

async function report(page: Page, model: string, row: number, items: readonly string[]): Promise<void> {
  await page.getByLabel('Name of the model').fill(model);
  const file = { name: 'results.csv', mimeType: 'text/csv', buffer: resultsCsv(row, items) };
  await page.locator('#report input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: 'Report and see the answer' }).click();
  await page.getByRole('heading', { name: model, level: 1 }).waitFor();
  await settle(page);
}

/** The bounds that the headline gives, as shares. */
async function headline(page: Page): Promise<[number, number]> {
  const text = await page.locator('.headline, main').first().innerText();
  const [, lower, upper] = /([\d.]+) % to ([\d.]+) %/.exec(text)!;
  return [Number(lower) / 100, Number(upper) / 100];
}

it.skipIf(!hasBrowser)('goes from an empty database to a compared pair of models', async () => {
  await using tour = await visit();
  const { page, service, complaints } = tour;
  await page.goto(service.address);
  await addBenchmark(page);
  const items = await drawCoreSet(page);
  const coreSet = page.url();

  await report(page, 'frontier-model', world.best, items);
  const alarm = page.getByRole('alert').first();
  expect(await alarm.innerText()).toMatch(/above every model in the history/);
  const frontier = await headline(page);
  expect(frontier[0]).toBeLessThan(fullScore(world.best));
  expect(frontier[1]).toBeGreaterThan(fullScore(world.best));

  await page.goto(coreSet);
  await settle(page);
  await report(page, 'ordinary-model', world.middle, items);
  expect(await page.getByRole('alert').count()).toBe(0);
  const ordinary = await headline(page);
  expect(ordinary[1]).toBeLessThan(1);

  await page
    .getByRole('link', { name: /^Compare/ })
    .last()
    .click();
  await page.getByLabel('Model B').selectOption({ label: 'frontier-model (50 items)' });
  await page.getByRole('heading', { name: '"frontier-model" is better than "ordinary-model".' }).waitFor();
  await settle(page);
  expect(new URL(page.url()).searchParams.get('a')).toMatch(/^ev_/);
  const { name, text } = await savedBy(page, () =>
    page.getByRole('button', { name: /^SVG.*The difference/ }).click(),
  );
  expect(name).toBe('gsm-difference.svg');
  expect(text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(text).not.toMatch(/var\(|currentColor/);

  await page.goto(service.address);
  await page.getByRole('link', { name: 'frontier-model' }).waitFor();
  expect(complaints).toEqual([]);
});
