/** The API key, in memory only: it goes with the page. Whoever waits for one is told when it changes. */
let key: string | null = null;
let isWanted = false;
const listeners = new Set<() => void>();

export function currentKey(): string | null {
  return key;
}

/** Whether the service refused a request for want of a key. */
export function isKeyWanted(): boolean {
  return isWanted;
}

/** Of the key that a request was sent with; another one may have been given since. */
export function askForKey(sent: string | null): void {
  if (sent !== key || isWanted) return;
  isWanted = true;
  tell();
}

export function giveKey(given: string | null): void {
  key = given;
  isWanted = false;
  tell();
}

export function onKeyChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function authorization(): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
