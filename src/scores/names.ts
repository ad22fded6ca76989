export const maxNameLength = 255;

/** 1 to 255 printable characters: no control characters, no line breaks, no halves of surrogate pairs. */
const namePattern = new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${maxNameLength}}$`, 'u');

/** Whether a text can name a model, an item or a group; `.` and `..` alone would vanish from paths. */
export function isName(text: unknown): text is string {
  return typeof text === 'string' && namePattern.test(text) && text !== '.' && text !== '..';
}

/** It stands in addresses and file names as it is. */
export const benchmarkNamePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function isBenchmarkName(text: string): boolean {
  return benchmarkNamePattern.test(text);
}
