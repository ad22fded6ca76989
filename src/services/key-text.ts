import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const idBytes = 8;
const secretBytes = 32;

/** A key in two parts: the id finds it, the secret proves it. */
export interface KeyText {
  readonly id: string;
  /** 256 random bits in base64url. */
  readonly secret: string;
}

export function newKeyText(): KeyText {
  return {
    id: randomBytes(idBytes).toString('hex'),
    secret: randomBytes(secretBytes).toString('base64url'),
  };
}

/** As its owner sends it. */
export function formatKey({ id, secret }: KeyText): string {
  return `bck_${id}_${secret}`;
}

/** null: it has not the form of a key. */
export function parseKey(text: string): KeyText | null {
  const [, id, secret] = /^bck_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return id === undefined ? null : { id, secret };
}

/** A text without the secrets of keys that got into it. */
export function hideKeys(text: string): string {
  // What is in no line but the rare one is not worth an expression in each.
  if (!text.includes('bck_')) return text;
  return text.replace(/(bck_[0-9a-f]{16}_)[A-Za-z0-9_-]{43}/g, '$1...');
}

/** Of the text, not of the bytes it stands for: base64url writes the same bytes in more than one way. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In the same time, whichever byte differs. */
export function isSecretOf(secret: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}
