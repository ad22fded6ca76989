import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { InlineConfig } from 'vite';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'src/dashboard');
/** Beside the compiled service in the package, alone there in a checkout: `http/dashboard.ts` looks in one place. */
const output = join(root, 'dist/dashboard');

const config: InlineConfig = {
  configFile: false,
  root: sources,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: output,
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A strict content policy has no place for what is written into the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    chunkSizeWarningLimit: 700,
  },
};

/** Builds the dashboard where it is missing or older than its sources. */
export async function buildDashboard(): Promise<void> {
  if (isFresh()) return;
  const vite = await import('vite').catch(() => null);
  if (vite === null) {
    console.error('The dashboard is not built, and what builds it is not installed: npm ci brings it.');
    return;
  }
  await vite.build(config);
}

function isFresh(): boolean {
  const page = join(output, 'index.html');
  if (!existsSync(page)) return false;
  const builtAt = statSync(page).mtimeMs;
  const files = globSync('**', { cwd: sources }).map((file) => join(sources, file));
  return [...files, join(root, 'package-lock.json'), import.meta.filename].every(
    (file) => statSync(file).mtimeMs <= builtAt,
  );
}

if (import.meta.main) await buildDashboard();
