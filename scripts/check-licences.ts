import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Those that ask for no more than their text, which every package carries. */
export const allowedLicences = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'Unlicense',
  ],
];

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Installed with the service, or built into its web page. */
  readonly use: 'runtime' | 'page';
}

/** Whatever reaches somebody who runs the service, with its licence as the lockfile has it. */
export function shippedPackages(): LicensedPackage[] {
  const { packages }: { packages: Lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const runtime = Object.keys(packages).filter((path) => {
    const { dev, link } = packages[path];
    return path.startsWith('node_modules/') && !dev && !link;
  });
  const page = reachable(packages, packagesOfPage()).filter((path) => !runtime.includes(path));
  const describe = (use: LicensedPackage['use']) => (path: string) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: packages[path].version ?? '(none)',
    licence: packages[path].license ?? '(none)',
    use,
  });
  return [...runtime.map(describe('runtime')), ...page.map(describe('page'))];
}

/** What the sources of the page import. */
function packagesOfPage(): string[] {
  const files = globSync('src/dashboard/**/*.{ts,tsx,css}', { cwd: root });
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import) '([^.'][^']*)'/g)].map(
      ([, name]) => name,
    ),
  );
  const nameOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return [...new Set(found.map(nameOf))];
}

/** The packages of these names, and all that they need, as paths in the lockfile. */
function reachable(packages: Lock, names: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (name: string, from: string) => {
    const path = locate(packages, name, from);
    if (path === undefined || seen.has(path)) return;
    seen.add(path);
    const { dependencies, optionalDependencies } = packages[path];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, path);
  };
  for (const name of names) visit(name, '');
  return [...seen];
}

/** As Node looks for it: beside its user first, then further up. */
function locate(packages: Lock, name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (path in packages) return path;
    if (at === '') return undefined;
  }
}

/** One of several that may be chosen is enough; of several that all apply, all must be allowed. */
export function isAllowed(licence: string): boolean {
  const choices = licence.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((name) => allowedLicences.includes(name)));
}

if (import.meta.main) {
  const packages = shippedPackages();
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  const counts = Object.entries(Object.groupBy(packages, ({ licence }) => licence));
  for (const [licence, group = []] of counts) console.log(`${licence}: ${group.length}`);
  for (const { name, version, licence, use } of refused) {
    console.error(`not allowed: ${name} ${version} (${use}): ${licence}`);
  }
  console.log(`${packages.length} packages, ${refused.length} of them under a licence that is not allowed`);
  process.exitCode = refused.length === 0 ? 0 : 1;
}
