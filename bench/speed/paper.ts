import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { summariseHistory } from '../../src/estimation/history.ts';
import { prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { listShared, readShared } from '../../test/support/shared.ts';
import { estimateInTurn, estimateOne, simulateCase } from './core-set-case.ts';
import { mediansInTurn, repeated, type Sampler } from './measure.ts';
import { progress, type Row, speedupRow, unmatchedRow } from './report.ts';

const sources = 336;
const items = 12_032;
const coreSetSize = 50;
const leastSpeedup = 50;

/** One target against the paper's Python code, as it was recorded and as scikit-learn does it here and now. */
export async function paperRows(): Promise<Row[]> {
  progress(`estimating one target, ${sources} sources x ${items.toLocaleString('en')} items`);
  const simulated = simulateCase(sources, items, coreSetSize);
  const { input, targets, history } = simulated;
  using python = startPython();
  const ours = [
    repeated(estimateInTurn(simulated)),
    repeated((call) => estimateOne(prepareCoreSet(input), targets[call % targets.length])),
    repeated((call) => {
      const summary = summariseHistory(history);
      return estimateOne(prepareCoreSet({ ...input, summary }), targets[call % targets.length]);
    }),
  ];
  const times = await mediansInTurn(24, python === null ? ours : [...ours, python.sample]);
  const [prepared, fitted, cold, live] = times;
  const recorded = recordedMilliseconds();
  const row = (path: string, referenceName: string, time: number, reference?: number, atLeast?: number) => {
    const named = { path, size: `${sources} x ${items.toLocaleString('en')}, n = 50`, referenceName };
    return reference === undefined ? unmatchedRow(named, time) : speedupRow(named, time, reference, atLeast);
  };
  const paper = recorded === undefined ? 'recorded figure absent' : "paper's Python, recorded";
  const scikit = live === undefined ? 'scikit-learn absent' : 'scikit-learn, live';
  return [
    row('estimate one target, core set prepared', paper, prepared, recorded, leastSpeedup),
    row('estimate one target, core set prepared', scikit, prepared, live),
    row('prepare the core set + one target', paper, fitted, recorded),
    row('prepare the core set + one target', scikit, fitted, live),
    row('means of the history + core set + one target', paper, cold, recorded),
    row('means of the history + core set + one target', scikit, cold, live),
  ];
}

/** Column "single" of the recorded table: AIPW on the simulated matrix of this very shape, n = 50. */
function recordedMilliseconds(): number | undefined {
  if (listShared('golden', 'timing.md').length === 0) return undefined;
  const cells = readShared('golden', 'timing.md')
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .find(([, data, , size, method]) => data?.startsWith('synthetic') && size === '50' && method === 'aipw');
  const milliseconds = Number(cells?.at(-2));
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}

interface Python extends Disposable {
  readonly sample: Sampler;
}

/** null where no Python with scikit-learn is at hand. */
function startPython(): Python | null {
  const command = ['python3', '/usr/bin/python3'].find(
    (name) => spawnSync(name, ['-c', 'import numpy, sklearn']).status === 0,
  );
  if (command === undefined) return null;
  const script = join(import.meta.dirname, '../reference/aipw.py');
  const child = spawn(command, [script, ...[sources, items, coreSetSize].map(String)], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { sample: sampleChild(child), [Symbol.dispose]: () => void child.kill() };
}

function sampleChild(child: ChildProcessByStdio<Writable, Readable, null>): Sampler {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    child.stdin.write('\n');
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python reference ended early');
    return Number(value);
  };
}
