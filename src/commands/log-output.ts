import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { DestinationStream } from 'pino';

/** Bytes of lines that nobody has taken: more are dropped. */
const maxUntakenBytes = 16 * 1024 * 1024;

export interface LogOutput extends DestinationStream {
  /** @param done called when all lines so far have been taken, which may be never */
  flush(done: () => void): void;
}

/**
 * The standard output for a log that never gets in the way of what it tells of: lines of one turn of the event loop go out
 * together, nobody waits for whoever reads them, and what can not be written is dropped and counted.
 * @param onDropped told how many lines were, when lines can be written again
 */
export function openLogOutput(onDropped: (lines: number) => void): LogOutput {
  const { stdout } = process;
  const put = stdout instanceof Socket ? (text: string) => putToReader(stdout, text) : createFileWriter();
  let lines: string[] = [];
  let dropped = 0;
  let isWatchingExit = false;

  function writeOut(): void {
    if (lines.length === 0) return;
    const written = lines;
    lines = [];
    if (!put(written.join(''))) {
      dropped += written.length;
    } else if (dropped > 0) {
      const count = dropped;
      dropped = 0;
      onDropped(count);
    }
  }

  function watchExit(): void {
    isWatchingExit = true;
    process.once('exit', writeOut);
  }

  return {
    write(line) {
      if (lines.push(line) === 1) setImmediate(writeOut);
      if (!isWatchingExit) watchExit();
    },
    flush(done) {
      writeOut();
      // Called in turn, after all that waits before it, and at once where there is nobody any more.
      stdout.write('', () => done());
    },
  };
}

/** To a pipe, a socket or a terminal. Answers whether it is on its way. */
function putToReader(stdout: Socket, text: string): boolean {
  if (stdout.destroyed || stdout.writableLength > maxUntakenBytes) return false;
  stdout.write(text);
  return true;
}

/** To a file, whose disk may fill and be emptied again, which the stream of the standard output would not survive. */
function createFileWriter(): (text: string) => boolean {
  let isTorn = false;
  return (text) => {
    let rest = Buffer.from(isTorn ? `\n${text}` : text);
    try {
      while (rest.length > 0) {
        const written = writeSync(process.stdout.fd, rest);
        rest = rest.subarray(written);
        isTorn = rest.length > 0;
      }
      return true;
    } catch {
      return false;
    }
  };
}
