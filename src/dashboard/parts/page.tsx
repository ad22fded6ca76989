import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiLink } from './api-link.tsx';

interface PageProps {
  readonly title: string;
  /** Above the title: where this belongs. */
  readonly above?: ComponentChildren;
  readonly lead?: ComponentChildren;
  /** Address of the same as JSON. */
  readonly json?: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of a view: its title, where it belongs, and its JSON. */
export function Page({ title, above, lead, json, actions, children }: PageProps) {
  useEffect(() => {
    document.title = title === 'Benchcast' ? title : `${title} - Benchcast`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <div>
          {above && <p class="above">{above}</p>}
          <h1>{title}</h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        <div class="page-actions">
          {actions}
          {json && <JsonLink path={json} />}
        </div>
      </div>
      {children}
    </>
  );
}

/** The same as JSON, from the public API. */
export function JsonLink({ path, of = 'this view' }: { readonly path: string; readonly of?: string }) {
  return (
    <ApiLink key={path} class="json" path={path}>
      JSON<span class="visually-hidden"> of {of}, in a new tab</span>
    </ApiLink>
  );
}
