import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { inThreeRuns, once, type Runs, type Sampler } from './measure.ts';
import { progress, type Row, rateRow, speedupRow, unmatchedRow } from './report.ts';
import { call, type ServerProcess, startBare, startOurs } from './server-process.ts';
import { longCsv, wideCsv } from './stored-history.ts';

const shape = { models: 448, items: 12_032 };
const leastSpeedup = 3;
const leastShare = 0.3;
/** The wide form is over before the code that reads it is compiled, on either side. */
const rounds = { wide: 2, long: 1 };

/** A large history on its way in and out, over HTTP and to the disk. */
export async function transferRows(): Promise<Row[]> {
  using folder = temporaryFolder();
  await using ours = await startOurs(folder.path('ours.db'));
  const simulated = simulateBenchmark({ ...shape, groups: 5, seed: 448 });
  const wide = wideCsv(simulated);
  const rows = [
    ...(await importRows(ours, 'wide', wide, folder.path('wide.csv'))),
    ...(await importRows(ours, 'long', longCsv(simulated), folder.path('long.csv'))),
  ];
  await using bare = await startBare(folder.path('bare.db'), 0);
  return [...rows, await exportRow(ours, bare)];
}

async function importRows(
  ours: ServerProcess,
  form: 'wide' | 'long',
  csv: Buffer,
  file: string,
): Promise<Row[]> {
  progress(`importing the ${form} CSV`);
  const gzipped = gzipSync(csv, { level: 1 });
  const size = `${shape.models} x ${shape.items.toLocaleString('en')}, ${(csv.length / 1e6).toFixed(0)} MB`;
  const plainRuns = await inThreeRuns(importer(ours, form, csv, 'identity'), reader(csv), rounds[form]);
  const gzipRuns = await withReference(
    importer(ours, `${form}-gz`, gzipped, 'gzip'),
    plainRuns,
    rounds[form],
  );
  const pandas = await pandasRuns(csv, gzipped, file);
  const path = `import over HTTP, ${form} CSV`;
  const rows = [
    speedupRow({ path, size, referenceName: 'csv-parse, doing nothing' }, plainRuns, leastSpeedup),
    speedupRow(
      { path: `${path}, gzipped`, size, referenceName: 'csv-parse on the plain text' },
      gzipRuns,
      leastSpeedup,
    ),
  ];
  if (pandas === null) {
    return [...rows, unmatchedRow({ path, size, referenceName: 'pandas is not here' }, plainRuns.ours)];
  }
  return [
    ...rows,
    speedupRow({ path, size, referenceName: 'pandas.read_csv' }, beside(plainRuns, pandas.plain), 1),
    speedupRow(
      { path: `${path}, gzipped`, size, referenceName: 'pandas.read_csv' },
      beside(gzipRuns, pandas.gzipped),
      1,
    ),
  ];
}

/** Each time into a benchmark of its own. */
function importer(
  { address }: ServerProcess,
  name: string,
  body: Buffer,
  encoding: 'identity' | 'gzip',
): Sampler {
  let count = 0;
  const headers = {
    'content-type': 'text/csv',
    ...(encoding === 'gzip' && { 'content-encoding': encoding }),
  };
  return async () => {
    const url = `${address}/v1/benchmarks/${name}-${count++}`;
    await call('PUT', url);
    return once(() => call('POST', `${url}/scores`, body, headers))();
  };
}

function reader(csv: Buffer): Sampler {
  return once(async () => {
    let cells = 0;
    const records = Readable.from(piecesOf(csv)).pipe(parse({ relax_column_count: true }));
    for await (const record of records) cells += record.length;
    if (cells < shape.models * shape.items) throw new Error('csv-parse lost cells');
  });
}

const pieceBytes = 64 * 1024;

/** As they come over the wire: all at once they take three times as long, and nothing else has its turn. */
function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The slow reference need not be run again. */
async function withReference(ours: Sampler, { reference }: Runs, turns: number): Promise<Runs> {
  const runs = await inThreeRuns(ours, () => 0, turns);
  return { ours: runs.ours, reference };
}

function beside({ ours }: Runs, reference: readonly number[]): Runs {
  return { ours, reference };
}

const run = promisify(execFile);

/** null where no Python with pandas is at hand. */
async function pandasRuns(csv: Buffer, gzipped: Buffer, file: string) {
  const python = await findPandas();
  if (python === undefined) return null;
  const script = join(import.meta.dirname, '../reference/pandas-read.py');
  const read = async (path: string, bytes: Buffer): Promise<number[]> => {
    await writeFile(path, bytes);
    const { stdout } = await run(python, [script, path, '3']);
    return JSON.parse(stdout);
  };
  progress('pandas');
  return { plain: await read(file, csv), gzipped: await read(`${file}.gz`, gzipped) };
}

async function findPandas(): Promise<string | undefined> {
  for (const name of ['python3', '/usr/bin/python3']) {
    const found = await run(name, ['-c', 'import pandas']).catch(() => undefined);
    if (found !== undefined) return name;
  }
  return undefined;
}

async function exportRow(ours: ServerProcess, bare: ServerProcess): Promise<Row> {
  progress('export');
  const url = `${ours.address}/v1/benchmarks/wide-0/scores`;
  const twin = `${bare.address}/kept/export`;
  const text = await call('GET', url);
  await call('PUT', twin, Buffer.from(text), { 'content-type': 'application/octet-stream' });
  const perSecond = (address: string): Sampler => {
    const sample = once(async () => {
      // The same bytes from both: by default a client asks for gzip, which the reference does not have.
      const response = await fetch(address, { headers: { 'accept-encoding': 'identity' } });
      const { byteLength } = await response.arrayBuffer();
      if (byteLength !== text.length) throw new Error(`${byteLength} bytes came`);
    });
    return async () => text.length / 1e6 / ((await sample()) / 1000);
  };
  return rateRow(
    {
      path: 'export over HTTP, wide CSV',
      size: `${shape.models} x ${shape.items.toLocaleString('en')}, ${(text.length / 1e6).toFixed(0)} MB`,
      referenceName: 'the same bytes from memory',
    },
    await inThreeRuns(perSecond(url), perSecond(twin), 5),
    leastShare,
    (rate) => `${Math.round(rate)} MB/s`,
  );
}
