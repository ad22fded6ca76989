import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderOpenApi } from '../../src/commands/openapi.ts';
import { outcomeOf } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = temporaryFolder();
const checkout = folder.path('checkout');
const home = folder.path('node_modules/benchcast');
const bin = join(home, manifest.bin.benchcast);
let before: string[];

beforeAll(() => {
  copyCheckout();
  before = filesIn(checkout);
  mkdirSync(home, { recursive: true });
  execFileSync('npm', ['pack', '--offline', '--pack-destination', folder.path('.')], {
    cwd: checkout,
    stdio: 'pipe',
  });
  const tarball = folder.path(`benchcast-${manifest.version}.tgz`);
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  for (const name of Object.keys(manifest.dependencies)) linkDependency(name);
});
afterAll(() => folder[Symbol.dispose]());

/** Packing compiles into the folder it packs, which others may be reading: so it gets one of its own. */
function copyCheckout(): void {
  const isOurs = (path: string) =>
    !/^(node_modules|dist|coverage|\.git|.*\.(db(-\w+)?|tgz))$/.test(basename(path));
  cpSync(root, checkout, { recursive: true, filter: isOurs });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
}

/** Paths of all files beneath a folder, sorted; those behind links are not. */
function filesIn(place: string): string[] {
  return globSync('**', { cwd: place, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(place, join(parentPath, name)))
    .sort();
}

/** What the package may import, and nothing else that the checkout has: no registry is asked. */
function linkDependency(name: string): void {
  const place = folder.path(`node_modules/${name}`);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), place, 'junction');
}

function runPackage(words: readonly string[], flags: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...flags, bin, ...words], { cwd: folder.path('.') });
}

it('holds the compiled service and nothing else', () => {
  const compiled = globSync('**/*.ts', { cwd: join(root, 'src'), exclude: ['dashboard/**'] }).map((file) =>
    join('dist', file.replace(/\.ts$/, '.js')),
  );
  const kept = ['bin/*', 'migrations/*', 'openapi/*'].flatMap((pattern) => globSync(pattern, { cwd: root }));
  const always = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
  const page = join('dist', 'dashboard');
  const files = filesIn(home).filter((file) => !file.startsWith(page));
  expect(files).toEqual([...compiled, ...kept, ...always].sort());
});

it('holds the page, its parts and their licences', () => {
  const page = readFileSync(join(home, 'dist/dashboard/index.html'), 'utf8');
  const parts = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, part]) => part);
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) expect(existsSync(join(home, 'dist/dashboard', part))).toBe(true);
  expect(readFileSync(join(home, 'dist/dashboard/licences.md'), 'utf8')).toMatch(/observablehq\/plot/);
});

it('leaves nothing behind in the checkout', () => {
  expect(before).toContain(join('src', 'main.ts'));
  expect(filesIn(checkout)).toEqual(before);
});

// The demo tries core sets in worker threads, on a database, over HTTP: all that the service finds by path.
it('runs the demo where no types are stripped', async () => {
  const { code, out, err } = await outcomeOf(runPackage(['demo']));
  expect(err).toContain('[10/10]');
  expect(code).toBe(0);
  expect(out).toMatch(/^extrapolation: /m);
  expect(out).toMatch(/^verdict +"frontier-model" is better than "ordinary-model"\.$/m);
});

it('prints the same OpenAPI document as the sources', async () => {
  const { code, out, err } = await outcomeOf(runPackage(['openapi']));
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toBe(await renderOpenApi());
});

it('could not run its sources there', async () => {
  const source = folder.path('node_modules/source.ts');
  writeFileSync(source, 'export const one: number = 1;\n');
  const { code, err } = await outcomeOf(spawn(process.execPath, [source]));
  expect(code).toBe(1);
  expect(err).toContain('ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING');
});

it('runs the sources in a checkout', async () => {
  const child = spawn(process.execPath, [join(checkout, manifest.bin.benchcast), '--help']);
  const { code, out } = await outcomeOf(child);
  expect(code).toBe(0);
  expect(out).toContain('backtest');
});

it.each(['20.20.2', '8.17.0'])('says in one line that Node %s is too old', async (version) => {
  const pretence = folder.path('pretence.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
  const { code, out, err } = await outcomeOf(runPackage(['demo'], ['--require', pretence]));
  expect(err).toBe(`benchcast needs Node 24 or later; this is v${version}\n`);
  expect(out).toBe('');
  expect(code).toBe(1);
});

it('reaches that line in any Node: the first file has no syntax after ES5', () => {
  const text = readFileSync(bin, 'utf8').replace(/^(#!|\s*\/\/).*$/gm, '');
  expect(text).toContain('process.versions.node');
  expect(text).not.toMatch(/=>|`|\.\.\.|\?\.|\?\?|\*\*|\b(const|let|class|async|await|import|of)\b/);
});
