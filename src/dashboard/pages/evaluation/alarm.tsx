import type { Wire } from '../../api/client.ts';
import { WarningList } from '../../parts/warning-list.tsx';

/** What must be read before any number: nothing where nothing is wrong. */
export function Alarm({ warnings }: { readonly warnings: readonly Wire['Warning'][] }) {
  const loud = warnings.filter(({ severity }) => severity !== 'info');
  if (loud.length === 0) return null;
  const isCritical = loud[0].severity === 'critical';
  return (
    <section class={isCritical ? 'alarm critical' : 'alarm'} aria-labelledby="alarm-title">
      <h2 id="alarm-title">
        {isCritical ? 'Do not publish this estimate as it stands' : 'Read this before the figures'}
      </h2>
      <WarningList warnings={loud} />
    </section>
  );
}
