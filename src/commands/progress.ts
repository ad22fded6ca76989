import { SingleBar } from 'cli-progress';

/** A bar on stderr, drawn on a terminal only. It leaves cursor and wrapping alone, so that Ctrl-C leaves nothing to repair. */
export function progressBar(format: string): SingleBar {
  return new SingleBar({ format, hideCursor: false, linewrap: true, barsize: 30, stream: process.stderr });
}
