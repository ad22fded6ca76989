import type { Sender } from './open-harness.ts';

/** Sends requests over the network as a harness does without one. */
export function senderTo(address: string): Sender {
  return {
    async send(method, url, body, headers = {}) {
      const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
      const response = await fetch(address + url, {
        method,
        headers: isRaw ? headers : { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json$|json;/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        json: isJson && text !== '' ? JSON.parse(text) : undefined,
      };
    },
  };
}
