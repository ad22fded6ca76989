import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter } from 'node:path';
import { exchangeIds, type Fence, fencesOf, idsOf, root, shownPort, withFences } from './recordings.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A command of a session, without its prompt, and what it printed. */
interface Step {
  readonly command: string;
  readonly output: string;
}

/** `$ ` starts a command, `> ` goes on with it, all else is what it printed. */
function stepsOf(text: string): Step[] {
  const steps: { command: string; output: string }[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
    else if (last === undefined) throw new Error(`a session starts with a command, not with ${line}`);
    else if (line.startsWith('> ') && last.output === '') last.command += line.slice(2);
    else last.output += line;
  }
  return steps;
}

function shownSteps(steps: readonly Step[]): string {
  return steps
    .map(({ command, output }) => `$ ${command.trimEnd().replaceAll('\n', '\n> ')}\n${output}`)
    .join('');
}

/**
 * Runs the commands of all `console` blocks of a document in one shell, in a folder with nothing but the examples in it.
 * `benchcast` is this checkout.
 * @param onTerminals whether blocks `terminal` are run too, where benchcast sees a terminal; of its bars a few frames are kept
 * @returns the document with what was printed now
 */
export async function rerunSession(document: string, onTerminals: boolean): Promise<string> {
  using folder = temporaryFolder();
  const port = await freePort();
  const documentIds = idsOf(
    fencesOf(document)
      .map(({ text }) => text)
      .join(''),
  );
  await using shell = startShell(folder.path('.'));
  const replaced = new Map<Fence, string>();
  let seen = '';
  for (const fence of fencesOf(document)) {
    const isTerminal = fence.language === 'terminal' && onTerminals;
    if (fence.language !== 'console' && !isTerminal) continue;
    const done: Step[] = [];
    for (const { command: shown } of stepsOf(fence.text)) {
      const command = exchangeIds(shown, documentIds, idsOf(seen));
      const sent = withPort(command, shownPort, port);
      const ran = await shell.run(isTerminal ? onTerminal(sent) : sent);
      const output = withPort(ran, port, shownPort);
      done.push({ command, output: isTerminal ? fewFrames(output) : output });
      seen += output;
    }
    replaced.set(fence, shownSteps(done));
  }
  return withFences(document, replaced);
}

/** Where a port is meant: five digits may stand in an id too. */
function withPort(text: string, from: number, to: number): string {
  return text.replaceAll(new RegExp(`(127\\.0\\.0\\.1:|--port )${from}\\b`, 'g'), `$1${to}`);
}

/** The same command of benchcast, in a terminal; all others need none. */
function onTerminal(command: string): string {
  if (!command.startsWith('benchcast ')) return command;
  return `python3 '${root}/test/support/on-a-terminal.py' bash -c '${command.trimEnd().replaceAll("'", "'\\''")}'`;
}

/** A frame of the bar. */
export const barPattern = /^sending \[/;

/** A few of the frames of a bar with the last, and all other lines. */
function fewFrames(output: string): string {
  const lines = output.split(/(?<=\n)/);
  const frames = lines.filter((line) => barPattern.test(line));
  const last = frames.length - 1;
  const kept = new Set([0.1, 0.4, 0.7, 1].map((part) => frames[Math.ceil(last * part)]));
  return lines.filter((line) => !barPattern.test(line) || kept.has(line)).join('');
}

interface Shell extends AsyncDisposable {
  /** Runs one command to its end, and answers what it printed on either stream. */
  run(command: string): Promise<string>;
}

const mark = '\x1e';

function startShell(folder: string): Shell {
  makeFolder(folder);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BENCHCAST_'));
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    // A group of its own: what it left in the background ends with it.
    detached: true,
    env: { ...Object.fromEntries(inherited), PATH: `${folder}/.bin${delimiter}${process.env.PATH}` },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  shell.stdout.setEncoding('utf8');
  const printed = shell.stdout[Symbol.asyncIterator]();
  return {
    run: (command) => runIn(shell, printed, command),
    async [Symbol.asyncDispose]() {
      if (shell.exitCode !== null) return;
      const closed = once(shell, 'close');
      process.kill(-shell.pid!, 'SIGKILL');
      await closed;
    },
  };
}

function makeFolder(folder: string): void {
  mkdirSync(`${folder}/.bin`);
  const program = `#!/bin/sh\nexec '${process.execPath}' '${root}/src/main.ts' "$@"\n`;
  writeFileSync(`${folder}/.bin/benchcast`, program, { mode: 0o755 });
  symlinkSync(`${root}/examples`, `${folder}/examples`);
}

async function runIn(shell: ChildProcess, printed: AsyncIterator<string>, command: string): Promise<string> {
  // The exit code stays what the command left, for `echo $?`.
  shell.stdin!.write(`{ ${command.trimEnd()}\n} 2>&1 < /dev/null; code=$?; printf '${mark}'; (exit $code)\n`);
  let output = '';
  while (!output.endsWith(mark)) {
    const { value, done } = await printed.next();
    if (done) throw new Error(`the shell ended at: ${command}`);
    output += value;
  }
  return output.slice(0, -1);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
