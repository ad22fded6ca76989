import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runnable } from '../../../src/exporters/runnable/registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { argumentAfter, argumentsOf, coreSetOf, item, known } from './core-sets.ts';

const runEntry = 'mmlu:subject=philosophy,method=multiple_choice_joint';
const cacheFile = 'scenario_instances/mmlu:subject=philosophy/input_instances.json';

const cached = (splits: readonly string[]) =>
  splits.map((split, index) => ({ input: { text: `h\u00e9 ${index}` }, references: [], split }));

/** Writes the files of a core set and a cache of instances, and runs the script. */
function choose(folder: ReturnType<typeof temporaryFolder>, ids: readonly string[], instances: unknown) {
  const { files } = runnable('helm', known(ids.map((id) => [runEntry, id])));
  for (const { name, content } of files) writeFileSync(folder.path(name), content);
  mkdirSync(dirname(folder.path(cacheFile)), { recursive: true });
  writeFileSync(folder.path(cacheFile), JSON.stringify(instances));
  return runScript(folder);
}

function runScript(folder: ReturnType<typeof temporaryFolder>) {
  const args = ['cs_0123.helm.py', 'scenario_instances', 'cs_0123.helm.json'];
  return spawnSync('python3', args, { cwd: folder.path('.'), encoding: 'utf8' });
}

const readCache = (folder: ReturnType<typeof temporaryFolder>) =>
  JSON.parse(readFileSync(folder.path(cacheFile), 'utf8'));

describe('the HELM form', () => {
  it('is a list per run entry, a script, and the commands around it', () => {
    const coreSet = known([
      ['narrative_qa', 'id3'],
      [runEntry, 'id147'],
      [runEntry, 'id2'],
    ]);
    const { files, commands, notes } = runnable('helm', coreSet);
    expect(files.map(({ name }) => name)).toEqual([
      'cs_0123.helm-1.json',
      'cs_0123.helm-2.json',
      'cs_0123.helm.py',
    ]);
    expect(JSON.parse(files[0].content)).toEqual({ run_entry: runEntry, ids: ['id147', 'id2'] });
    const run = (entry: string, count: number) =>
      `helm-run --run-entries ${entry} --suite SUITE --output-path cs_0123.helm-output ` +
      `--max-eval-instances ${count} --cache-instances`;
    const mmlu = run(`${runEntry},model=MODEL`, 2);
    const narrative = run('narrative_qa:model=MODEL', 1);
    expect(commands).toEqual([
      'rm -rf cs_0123.helm-output/scenario_instances',
      `${mmlu} --cache-instances-only`,
      'python3 cs_0123.helm.py cs_0123.helm-output/scenario_instances cs_0123.helm-1.json',
      mmlu,
      'rm -rf cs_0123.helm-output/scenario_instances',
      `${narrative} --cache-instances-only`,
      'python3 cs_0123.helm.py cs_0123.helm-output/scenario_instances cs_0123.helm-2.json',
      narrative,
    ]);
    expect(notes[0]).toMatch(/work-around .* not a supported option: check/);
  });

  it('quotes a run entry for the shell', () => {
    const { commands } = runnable('helm', known([["a:x=it's $HOME,y=*", 'id1']]));
    expect(argumentAfter('--run-entries', commands[1])).toBe("a:x=it's $HOME,y=*,model=MODEL");
    expect(argumentsOf(commands[2]).slice(0, 2)).toEqual(['python3', 'cs_0123.helm.py']);
  });

  it('leaves the instances to train on and the chosen ones, in their order, each with its id', () => {
    using folder = temporaryFolder();
    const instances = cached(['train', 'test', 'train', 'valid', 'test', 'test']);
    const { status, stdout } = choose(folder, ['id5', 'id3'], instances);
    expect(status).toBe(0);
    expect(stdout).toContain('2 chosen and 2 to train on, of 6 instances');
    const expected = [0, 2, 3, 5].map((place) => ({ ...instances[place], id: `id${place}` }));
    expect(readCache(folder)).toEqual(expected);
    expect(runScript(folder).status).toBe(0);
    expect(readCache(folder)).toEqual(expected);
  });

  it('numbers all where one has no id, as HELM does, and keeps ids where all have one', () => {
    using folder = temporaryFolder();
    const [a, b, c] = cached(['test', 'test', 'test']);
    expect(choose(folder, ['id2'], [{ ...a, id: 'own' }, b, { ...c, id: 'x' }]).status).toBe(0);
    expect(readCache(folder)).toEqual([{ ...c, id: 'id2' }]);
    const own = [
      { ...a, id: "it's, \u6f22 1" },
      { ...b, id: 'y' },
    ];
    expect(choose(folder, ["it's, \u6f22 1"], own).status).toBe(0);
    expect(readCache(folder)).toEqual([own[0]]);
  });

  it.each([
    ['an id that is to train on', ['id0', 'id1'], cached(['train', 'test']), '1 of 2 ids are not among'],
    ['an id that is not there', ['id9'], cached(['test']), 'ids are not among the instances: id9'],
    [
      'an id that two have',
      ['x'],
      cached(['test', 'test']).map((one) => ({ ...one, id: 'x' })),
      '2 instances share 1',
    ],
  ])('stops at %s, and changes nothing', (_, ids, instances, message) => {
    using folder = temporaryFolder();
    const { status, stderr } = choose(folder, ids, instances);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(readCache(folder)).toEqual(instances);
  });

  it('stops where two scenarios are cached', () => {
    using folder = temporaryFolder();
    choose(folder, ['id0'], cached(['test']));
    const other = folder.path('scenario_instances/other/input_instances.json');
    mkdirSync(dirname(other));
    writeFileSync(other, '[]');
    const { status, stderr } = runScript(folder);
    expect(status).toBe(1);
    expect(stderr).toContain('has 2 files input_instances.json');
  });

  it('refuses items without a task, and tasks that are no run entries without a model', () => {
    const coreSet = coreSetOf([
      'alone',
      ...known([
        ['a:model=x', 'id1'],
        ['a:b=c,model=x', 'id1'],
        ['-a', 'id1'],
      ]).items,
      item('fine', { task: 'a:submodel=x', nativeId: 'id1' }),
    ]);
    expect(() => runnable('helm', coreSet)).toThrow(
      expect.objectContaining({
        code: 'not-exportable',
        issues: [
          { path: 'items.0', message: '"alone" has no known task' },
          { path: 'items.1', message: expect.stringContaining('already names a model') },
          { path: 'items.2', message: expect.stringContaining('already names a model') },
          { path: 'items.3', message: expect.stringContaining('not a run entry') },
        ],
      }),
    );
  });
});
