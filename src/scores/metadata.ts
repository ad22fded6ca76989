/** What a caller attaches to an item or an evaluation; kept and given back, never looked into. */
export type Metadata = Readonly<Record<string, unknown>>;

export const maxMetadataCharacters = 16_384;

export function isSmallJson(value: unknown): boolean {
  try {
    return JSON.stringify(value).length <= maxMetadataCharacters;
  } catch {
    // Nested too deep to be written at all.
    return false;
  }
}
