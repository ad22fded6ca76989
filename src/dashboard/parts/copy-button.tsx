import { useState } from 'preact/hooks';

/** Copies a text; where the browser gives no access to the clipboard it is not there. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  return (
    <button
      type="button"
      class="quiet small"
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      }}
    >
      <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      <span class="visually-hidden"> {what}</span>
    </button>
  );
}
