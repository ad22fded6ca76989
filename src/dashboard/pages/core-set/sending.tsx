import { share as percentage } from '../../text/units.ts';

/** How far an upload is; then the service reads. */
export function Sending({ share }: { readonly share: number }) {
  const isSent = share >= 1;
  return (
    <div>
      <progress {...(isSent ? {} : { value: share })} max={1} aria-label="Sending" />
      <p class="fine" role="status">
        {isSent ? 'Sent. The service reads and estimates …' : `${percentage(share)} sent`}
      </p>
    </div>
  );
}
