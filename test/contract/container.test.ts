import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settingNames } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

interface Stage {
  readonly name: string | undefined;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Instructions with their continued lines put together, by stage. */
function readStages(): Stage[] {
  const lines = textOf('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { name: string | undefined; base: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line)!;
    const [base, , name] = rest.split(' ');
    if (word === 'FROM') stages.push({ base, name, instructions: [] });
    else stages.at(-1)!.instructions.push({ word, rest });
  }
  return stages;
}

const stages = readStages();
const last = stages.at(-1)!;
const restsOf = ({ instructions }: Stage, word: string) =>
  instructions.filter((instruction) => instruction.word === word).map(({ rest }) => rest);

/** Sources of what a stage copies from the folder that the image is built from. */
function copiedFrom(stage: Stage): string[] {
  return restsOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
}

/** Whether .dockerignore, which leaves everything out but what it names, lets a path in. */
function isLetIn(path: string): boolean {
  const named = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  return named.some((name) => path === name || path.startsWith(`${name}/`));
}

describe('the image', () => {
  it('copies what is there, is committed, and is let in', () => {
    expect(textOf('.dockerignore').split('\n')[0]).toBe('*');
    const sources = stages.flatMap(copiedFrom);
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(isLetIn(source), source).toBe(true);
    }
  });

  it('takes from stages that are there what these make', () => {
    const names = stages.map(({ name }) => name);
    const taken = restsOf(last, 'COPY').filter((rest) => rest.startsWith('--from='));
    for (const rest of taken) expect(names).toContain(/^--from=(\w+)/.exec(rest)![1]);
    expect(taken.join()).toContain('/app/node_modules');
    expect(taken.join()).toContain('/app/dist ./dist');
    expect(textOf('scripts/build-dashboard.ts')).toContain("'dist/dashboard'");
    // Which the page's own settings rest on.
    expect(textOf('src/dashboard/tsconfig.json')).toContain('"../../tsconfig.json"');
    expect(copiedFrom(stages[0])).toEqual(
      expect.arrayContaining(['tsconfig.json', 'tsconfig.build.json', 'src']),
    );
  });

  it('has every folder that the service reads, and none that it does not', () => {
    const folders = copiedFrom(last);
    expect(folders.sort()).toEqual(['LICENSE', 'migrations', 'package.json']);
  });

  it('starts what is there, on the Node that the project is for', () => {
    const [command] = restsOf(last, 'CMD').map((rest) => JSON.parse(rest) as string[]);
    // As the package's own command has it.
    const [, options] = /^#!\/usr\/bin\/env -S node (.*)$/m.exec(textOf('bin/benchcast.cjs'))!;
    expect(command).toEqual(['node', options, 'dist/main.js', 'serve']);
    expect(JSON.parse(textOf('package.json')).scripts.start).toBe(`node ${options} src/main.ts serve`);
    const major = /(\d+)/.exec(JSON.parse(textOf('package.json')).engines.node)![1];
    for (const { base } of stages) expect(base).toMatch(new RegExp(`^node:${major}\\b`));
  });

  it('runs as somebody who may do nothing, and writes to its volume alone', () => {
    const order = last.instructions.map(({ word }) => word);
    expect(restsOf(last, 'USER')).toEqual(['node']);
    expect(order.lastIndexOf('COPY')).toBeLessThan(order.indexOf('USER'));
    expect(restsOf(last, 'VOLUME')).toEqual(['/data']);
    const environment = restsOf(last, 'ENV').join(' ');
    expect(environment).toContain('TMPDIR=/data');
    expect(environment).toContain('BENCHCAST_DATABASE=/data/');
    for (const [, name] of environment.matchAll(/(BENCHCAST_\w+)=/g)) expect(settingNames).toContain(name);
    expect(environment).not.toContain('ALLOW_ANONYMOUS');
  });

  it('asks after its health with a script that runs', () => {
    const [check] = restsOf(last, 'HEALTHCHECK');
    const [, script] = /-e", "(.*)"\]$/.exec(check)!;
    expect(script).toContain('/readyz');
    // Nobody listens there.
    const run = () =>
      execFileSync(process.execPath, ['-e', script], { env: { BENCHCAST_PORT: '1' }, stdio: 'pipe' });
    expect(run).toThrow(expect.objectContaining({ status: 1, stderr: Buffer.alloc(0) }));
  });
});

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

describe('compose.yaml', () => {
  const file = parse(textOf('compose.yaml'));
  const services = Object.entries(file.services as Record<string, ComposeService>);

  it.each(services)('lets %s write to volumes only, without rights, for this machine alone', (_, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(services)(
    'gives %s files that are there, to be read, and volumes that are declared',
    (_, service) => {
      for (const volume of service.volumes) {
        const [source, , mode] = volume.split(':');
        if (!source.startsWith('.')) expect(Object.keys(file.volumes)).toContain(source);
        else {
          expect(existsSync(join(root, source)), source).toBe(true);
          expect(mode).toBe('ro');
        }
      }
      for (const name of Object.keys(service.depends_on ?? {})) expect(file.services).toHaveProperty(name);
    },
  );

  it('names every image by a version', () => {
    for (const [, { image, build }] of services)
      if (build === undefined) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  it('scrapes the service by its name and port, and sets what it knows', () => {
    const { benchcast } = file.services;
    expect(textOf('ops/prometheus.yml')).toContain("'benchcast:8080'");
    expect(benchcast.ports[0]).toMatch(/:8080$/);
    for (const name of Object.keys(benchcast.environment)) expect(settingNames).toContain(name);
    expect(benchcast.volumes).toEqual(['data:/data']);
  });
});
