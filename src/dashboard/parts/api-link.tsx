import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { currentKey } from '../api/key.ts';
import { ApiError } from '../api/problem.ts';
import { readBlob } from '../api/read-blob.ts';
import { addressOf, saveBlob } from './save.ts';

interface ApiLinkProps {
  readonly path: string;
  /** Name of the file that it is saved as; shown in a new tab without it. */
  readonly saveAs?: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/**
 * A link into the public API. No link can send a key: with one, the page reads the answer and hands it on where the link is
 * clicked. Opened by the browser's menu it is refused as any stranger would be.
 */
export function ApiLink({ path, saveAs, class: className, children }: ApiLinkProps) {
  const [isReading, setIsReading] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const readWithKey = async (event: MouseEvent) => {
    if (currentKey() === null) return;
    event.preventDefault();
    if (isReading) return;
    setError(null);
    setIsReading(true);
    try {
      await (saveAs === undefined ? showWithKey(path) : saveWithKey(path, saveAs));
    } catch (cause) {
      setError(cause as ApiError);
    } finally {
      setIsReading(false);
    }
  };
  const where = saveAs === undefined ? { target: '_blank', rel: 'noopener' } : { download: saveAs };
  return (
    <>
      <a class={className} href={path} {...where} onClick={readWithKey} aria-busy={isReading}>
        {children}
      </a>
      {error && (
        <span class="fine" role="alert">
          {' '}
          {error.message}
        </span>
      )}
    </>
  );
}

async function saveWithKey(path: string, name: string): Promise<void> {
  saveBlob(name, await readBlob(path));
}

/** The tab is opened before anything is awaited: later, browsers take it for one that nobody asked for. */
async function showWithKey(path: string): Promise<void> {
  const tab = window.open('', '_blank');
  if (tab === null) throw new ApiError(0, { detail: 'The browser opens no new tab for this page.' });
  try {
    tab.location.replace(addressOf(await readBlob(path)));
  } catch (error) {
    tab.close();
    throw error;
  }
}
