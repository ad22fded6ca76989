/** What the demo needs of HTTP: JSON or bytes out, JSON back, anything but success is an error. */
export interface Client {
  get(path: string): Promise<Json>;
  put(path: string, body: unknown): Promise<Json>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Json>;
}

// biome-ignore lint/suspicious/noExplicitAny: the demo reads the wire format as any client would
type Json = any;

export function createClient(address: string): Client {
  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${address}${path}`, {
      method,
      headers: isBytes ? headers : { 'content-type': 'application/json', ...headers },
      body: isBytes ? (body as Uint8Array<ArrayBuffer>) : (JSON.stringify(body) ?? null),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
  return {
    get: (path) => send('GET', path),
    put: (path, body) => send('PUT', path, body),
    post: (path, body, headers) => send('POST', path, body, headers),
  };
}
