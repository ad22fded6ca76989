import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/problem.ts';
import type { Answer } from '../api/use-answer.ts';

/** While nothing is known yet. Shown after a moment, so that quick answers do not flicker. */
export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {what} …
    </p>
  );
}

/** What went wrong, in the service's own words, and how to go on. */
export function Failure({ error, retry }: { readonly error: ApiError; readonly retry?: () => void }) {
  return (
    <div class="notice critical" role="alert">
      <h2>{error.title}</h2>
      <p>{error.message}</p>
      {error.issues.length > 0 && (
        <ul>
          {error.issues.slice(0, 20).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {error.requestId && <p class="fine">Request {error.requestId}, for whoever looks into it.</p>}
    </div>
  );
}

/** Nothing is there, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** One of the three: what is known, what went wrong, or that it is still to come. */
export function Show<Data>({
  answer,
  what,
  children,
}: {
  readonly answer: Answer<Data>;
  readonly what?: string;
  readonly children: (data: Data) => ComponentChildren;
}) {
  if (answer.data !== null) return <>{children(answer.data)}</>;
  if (answer.error !== null) return <Failure error={answer.error} retry={answer.reload} />;
  return <Loading what={what} />;
}
