import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty title="There is nothing at this address">
        <p>
          Perhaps it was mistyped, or what stood here was deleted. <a href="/">All benchmarks</a> are a good
          place to start.
        </p>
      </Empty>
    </Page>
  );
}
