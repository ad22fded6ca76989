import { useEffect, useState } from 'preact/hooks';

/** The answer behind a view that no address has, since it was asked for with a body. */
export function JsonOf({ value }: { readonly value: object }) {
  const [address, setAddress] = useState<string>();
  const text = JSON.stringify(value, null, 2);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return (
    <a class="json" href={address} target="_blank" rel="noopener">
      JSON<span class="visually-hidden"> of this answer, in a new tab</span>
    </a>
  );
}
