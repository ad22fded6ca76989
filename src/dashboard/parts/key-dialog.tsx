import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { currentKey, giveKey, isKeyWanted, onKeyChange } from '../api/key.ts';

/** Asks for an API key once the service wants one. It is kept in memory only, and gone with the page. */
export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wanted, setWanted] = useState(isKeyWanted());
  const [typed, setTyped] = useState('');
  useEffect(() => onKeyChange(() => setWanted(isKeyWanted())), []);
  useLayoutEffect(() => {
    if (wanted && !dialog.current!.open) dialog.current!.showModal();
    if (!wanted) dialog.current!.close();
  }, [wanted]);
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onCancel={(event) => event.preventDefault()}>
      <article>
        <h2 id="key-title">This service wants a key</h2>
        {wanted && currentKey() !== null && <p role="alert">The key was not taken. Another one?</p>}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            giveKey(typed.trim());
            setTyped('');
          }}
        >
          <label>
            API key
            <input
              type="password"
              autocomplete="off"
              required
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <p class="fine">It stays in the memory of this page and is forgotten when you leave it.</p>
          <button type="submit">Use this key</button>
        </form>
      </article>
    </dialog>
  );
}
