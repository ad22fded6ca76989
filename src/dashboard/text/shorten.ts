/** A name in at most so many characters, its middle left out: what tells names apart is at both ends. */
export function shorten(name: string, most: number): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const kept = Math.max(2, most - 1);
  const head = Math.ceil(kept * 0.6);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (kept - head)).join('')}`;
}
