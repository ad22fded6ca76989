/** A command line for a POSIX shell that passes exactly these arguments on. */
export function commandLine(...args: readonly string[]): string {
  return args.map(shellQuote).join(' ');
}

/** @param argument without NUL, which no command line can hold */
export function shellQuote(argument: string): string {
  // A leading = or ~ means something to some shells.
  if (/^[\w%+@:,./-][\w%+@:,./=-]*$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
