export const maxNameLength = 255;

/** 1 to 255 printable characters: no control characters, no line breaks, no halves of surrogate pairs. */
const namePattern = new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${maxNameLength}}$`, 'u');

/** Whether a text can name a model, an item or a group; `.` and `..` alone would vanish from paths. */
export function isName(text: unknown): text is string {
  return typeof text === 'string' && namePattern.test(text) && text !== '.' && text !== '..';
}
