import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

/** What the package's own command, the image and `npm start` tell Node. */
export const nodeOptions = ['--max-semi-space-size=4'] as const;

export interface SpawnedService extends AsyncDisposable {
  readonly address: string;
  readonly process: ChildProcess;
  /** Everything it logged so far, a JSON line each. */
  readonly lines: readonly string[];
  /** Ends it with a signal and answers its exit code (null: killed by the signal). */
  end(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** The service as a process of its own, on a free port. */
export async function spawnService(environment: Record<string, string>): Promise<SpawnedService> {
  const child = runMain(['serve'], { BENCHCAST_PORT: '0', ...environment });
  const lines: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line);
      const found = JSON.parse(line).address;
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });

  async function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    return code;
  }
  return {
    address,
    process: child,
    lines,
    end: (signal) => end(signal),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}

/** The command line as a process of its own, which reads this. */
export function runMainOn(
  input: string | Buffer,
  words: readonly string[],
  environment: Record<string, string> = {},
): ChildProcess {
  const child = spawnMain(words, environment, 'pipe');
  // It need not read all.
  child.stdin!.on('error', () => {});
  child.stdin!.end(input);
  return child;
}

/** The command line as a process of its own. */
export function runMain(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawnMain(words, environment, 'ignore');
}

/** The same, and what it says goes into an open file. */
export function runMainInto(
  output: number,
  words: readonly string[],
  environment: Record<string, string> = {},
): ChildProcess {
  return spawnMain(words, environment, 'ignore', output);
}

function spawnMain(
  words: readonly string[],
  environment: Record<string, string>,
  stdin: 'pipe' | 'ignore',
  stdout: 'pipe' | number = 'pipe',
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BENCHCAST_'));
  return spawn(process.execPath, [...nodeOptions, join(root, 'src/main.ts'), ...words], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: [stdin, stdout, 'pipe'],
  });
}

/** Runs a process to its end. */
export async function outcomeOf(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}
