import { complaint } from './checks.ts';

/** Decodes UTF-8 as it arrives; a byte order mark is dropped. @throws DomainError malformed-body: not UTF-8 */
export async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw complaint('malformed-body', 'body', 'is not UTF-8');
    throw error;
  }
}
