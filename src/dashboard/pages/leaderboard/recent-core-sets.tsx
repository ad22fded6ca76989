import type { Wire } from '../../api/client.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { When } from '../../parts/when.tsx';
import { count, share } from '../../text/units.ts';
import { RecentList } from './recent-list.tsx';

type CoreSet = Wire['CoreSetSummary'];

interface RecentCoreSetsProps {
  readonly benchmark: string;
  readonly coreSets: readonly CoreSet[];
}

/** Core sets, newest first. */
export function RecentCoreSets({ benchmark, coreSets }: RecentCoreSetsProps) {
  return (
    <section class="card" aria-labelledby="core-sets-title">
      <h2 id="core-sets-title">Core sets</h2>
      <RecentList
        what="core sets"
        none="None yet: evaluating a new model begins with one."
        entries={coreSets.map((coreSet) => ({
          key: coreSet.id,
          content: <CoreSetEntry coreSet={coreSet} />,
        }))}
      />
      <JsonLink path={`/v1${benchmarkPath(benchmark, 'core-sets')}`} of="the core sets" />
    </section>
  );
}

function CoreSetEntry({ coreSet }: { readonly coreSet: CoreSet }) {
  const { id, size, design, created_at: created, groups, for_model: model } = coreSet;
  const of = [
    ...(model === null ? [] : [`for ${model}`]),
    ...(groups === null ? [] : [`of ${groups.join(', ')}`]),
  ];
  return (
    <>
      <a href={`/core-sets/${id}`}>
        {count(size)} items, {design}
      </a>{' '}
      <CoreSetStatus coreSet={coreSet} />
      <p class="fine">
        {of.map((part) => `${part} · `)}
        <When timestamp={created} />
      </p>
    </>
  );
}

/** What ready ones need not say. */
export function CoreSetStatus({ coreSet: { status, progress } }: { readonly coreSet: CoreSet }) {
  if (status === 'ready') return <span class="fine">ready</span>;
  if (status === 'failed') return <span class="severity critical">failed</span>;
  return <span class="severity">{status === 'pending' ? 'waiting' : `choosing, ${share(progress)}`}</span>;
}
