/** A result: standard output carries nothing else. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(document: unknown): void {
  print(JSON.stringify(document, null, 2));
}

/** What goes on, for whoever watches. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
