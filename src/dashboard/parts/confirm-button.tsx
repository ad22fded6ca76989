import { useEffect, useRef, useState } from 'preact/hooks';

interface ConfirmButtonProps {
  readonly label: string;
  readonly question: string;
  readonly yes: string;
  readonly onConfirm: () => Promise<unknown>;
}

/** For what cannot be undone: asks once more, in its place. */
export function ConfirmButton({ label, question, yes, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const no = useRef<HTMLButtonElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    // The button that had the focus is gone: what took its place gets it.
    if (isAsking) no.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button type="button" class="quiet small" ref={ask} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  const confirm = async () => {
    setBusy(true);
    await onConfirm();
    setBusy(false);
    setAsking(false);
  };
  return (
    <span class="confirm" role="group" aria-label={question}>
      {question}
      <button type="button" class="small" disabled={isBusy} onClick={confirm}>
        {yes}
      </button>
      <button type="button" class="quiet small" ref={no} disabled={isBusy} onClick={() => setAsking(false)}>
        No
      </button>
    </span>
  );
}
