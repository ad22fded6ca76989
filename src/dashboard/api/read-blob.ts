import { answerOf, api } from './client.ts';

/**
 * An answer as it came, to be shown or saved.
 * @param path the whole address, with its query
 * @throws ApiError with what the service says is wrong
 */
export function readBlob(path: string): Promise<Blob> {
  const request = api.GET(path as '/v1/benchmarks', { parseAs: 'blob' });
  return answerOf(request as Promise<{ data?: Blob; error?: unknown; response: Response }>);
}
