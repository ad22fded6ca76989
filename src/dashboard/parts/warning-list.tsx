import type { Wire } from '../api/client.ts';
import { figure } from '../text/units.ts';
import { severityWords, warningTitles } from '../text/words.ts';

type Warning = Wire['Warning'];

/** Why an answer should not be trusted as it stands: plain words first, the figures that raised them beneath. */
export function WarningList({ warnings }: { readonly warnings: readonly Warning[] }) {
  return (
    <>
      {warnings.map((warning) => (
        <section
          key={warning.code}
          class={`notice ${warning.severity}`}
          role={warning.severity === 'critical' ? 'alert' : undefined}
          aria-label={`${severityWords[warning.severity]}: ${warningTitles[warning.code]}`}
        >
          <h3>
            <SeverityMark severity={warning.severity} /> {warningTitles[warning.code]}
          </h3>
          <p>{warning.message}</p>
          <Figures figures={warning.figures} />
        </section>
      ))}
    </>
  );
}

export function SeverityMark({ severity }: { readonly severity: Warning['severity'] }) {
  return <span class={`severity ${severity}`}>{severityWords[severity]}</span>;
}

function Figures({ figures }: { readonly figures: Warning['figures'] }) {
  const entries = Object.entries(figures).filter(([, value]) => value !== null);
  if (entries.length === 0) return null;
  return (
    <details class="fine">
      <summary>The figures behind this</summary>
      <dl class="figures">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{typeof value === 'number' ? toText(value) : value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function toText(value: number): string {
  return Number.isInteger(value) ? String(value) : figure(value, 3);
}
