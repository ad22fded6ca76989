import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { matrixFromArrays, type ScoreMatrix } from '../../src/scores/score-matrix.ts';

/** The folder of real matrices and reference answers that lie beside the project; a newcomer may not have it. */
const shared = resolve(process.env.BENCHCAST_SHARED ?? '../shared');

export const hasShared = existsSync(join(shared, 'data'));

export function listShared(folder: string, ending: string): string[] {
  const path = join(shared, folder);
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(ending)) : [];
}

export function readShared(...path: string[]): Buffer {
  return readFileSync(join(shared, ...path));
}

export interface NamedMatrix {
  readonly name: string;
  readonly models: readonly string[];
  readonly items: readonly string[];
  readonly matrix: ScoreMatrix;
}

export const datasetNames = listShared('data', '.csv.gz').map((file) => file.replace('.csv.gz', ''));

/** One of the public matrices; they hold no quotes and no missing cells. */
export function readMatrix(name: string): NamedMatrix {
  const lines = gunzipSync(readShared('data', `${name}.csv.gz`))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.slice(1).map((line) => line.split(','));
  return {
    name,
    models: rows.map(([model]) => model),
    items: lines[0].split(',').slice(1),
    matrix: matrixFromArrays(rows.map(([, ...scores]) => scores.map(Number))),
  };
}
