import { askForKey, authorization, currentKey } from './key.ts';
import { ApiError, unreachable } from './problem.ts';

/**
 * An answer as it came, to be shown or saved.
 * @throws ApiError with what the service says is wrong
 */
export async function readBlob(path: string): Promise<Blob> {
  const sentKey = currentKey();
  const response = await fetch(path, { headers: authorization() }).catch(() => {
    throw unreachable();
  });
  if (response.status === 401) askForKey(sentKey);
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => ({})));
  return response.blob();
}
