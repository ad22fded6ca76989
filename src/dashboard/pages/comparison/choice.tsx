import { useLocation } from 'preact-iso';
import type { Wire } from '../../api/client.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { levelOptions } from '../../parts/segments.tsx';
import { Empty } from '../../parts/states.tsx';
import { plural, unitsOf } from '../../text/units.ts';
import type { Rivals } from './rivals.ts';

interface Chosen {
  readonly a?: string;
  readonly b?: string;
  readonly model?: string;
  readonly level?: string;
}

type Go = (change: Chosen) => void;

interface ChoiceProps {
  readonly rivals: Rivals;
  readonly chosen: Chosen;
}

/** Which two models, and how sure the answer is to be; all of it stands in the address. */
export function Choice({ rivals, chosen }: ChoiceProps) {
  const { route } = useLocation();
  const { benchmark, benchmarks, evaluations } = rivals;
  const go: Go = (change) => {
    const next = { benchmark: benchmark?.name, ...chosen, ...change };
    const given = Object.entries(next).filter((entry): entry is [string, string] => Boolean(entry[1]));
    route(`/comparison?${new URLSearchParams(given)}`);
  };
  return (
    <section class="card">
      <form class="fields" onSubmit={(event) => event.preventDefault()}>
        <label>
          Benchmark
          <select
            value={benchmark?.name ?? ''}
            onChange={(event) =>
              route(`/comparison?benchmark=${encodeURIComponent(event.currentTarget.value)}`)
            }
          >
            <option value="" disabled>
              choose one
            </option>
            {benchmarks.map(({ name, title }) => (
              <option key={name} value={name}>
                {title ?? name}
              </option>
            ))}
          </select>
        </label>
        {benchmark !== null && evaluations.length > 0 && (
          <>
            <FirstChoice rivals={rivals} chosen={chosen} go={go} />
            <SecondChoice benchmark={benchmark} rivals={rivals} chosen={chosen} go={go} />
            <label>
              Level of the interval
              <select value={chosen.level} onChange={(event) => go({ level: event.currentTarget.value })}>
                {levelOptions.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
          </>
        )}
      </form>
      {benchmark !== null && evaluations.length === 0 && (
        <Empty title="No evaluations yet">
          <p>
            <a href={benchmarkPath(benchmark.name, 'new-model')}>Evaluate a new model</a> first: it is then
            compared with another one, or with a model of the history.
          </p>
        </Empty>
      )}
    </section>
  );
}

interface ModelChoiceProps extends ChoiceProps {
  readonly go: Go;
}

function FirstChoice({ rivals, chosen, go }: ModelChoiceProps) {
  return (
    <label>
      Model A
      <select
        value={chosen.a ?? ''}
        onChange={(event) => go({ a: event.currentTarget.value, b: undefined, model: undefined })}
      >
        <option value="" disabled>
          choose an evaluation
        </option>
        <Evaluations of={rivals.evaluations} />
      </select>
    </label>
  );
}

interface SecondChoiceProps extends ModelChoiceProps {
  readonly benchmark: Wire['Benchmark'];
}

/** Before the value of the second choice: whether it is an evaluation or a model of the history. */
const kinds = { evaluation: 'e:', model: 'm:' } as const;

function SecondChoice({ benchmark, rivals, chosen, go }: SecondChoiceProps) {
  const { partners, models, first } = rivals;
  const { score } = unitsOf(benchmark.score_range);
  return (
    <label>
      Model B
      <select
        value={chosen.b ? kinds.evaluation + chosen.b : chosen.model ? kinds.model + chosen.model : ''}
        disabled={first === null}
        onChange={(event) => {
          const { value } = event.currentTarget;
          const isEvaluation = value.startsWith(kinds.evaluation);
          const rival = value.slice(kinds.evaluation.length);
          go(isEvaluation ? { b: rival, model: undefined } : { b: undefined, model: rival });
        }}
      >
        <option value="" disabled>
          choose its rival
        </option>
        {partners.length > 0 && (
          <optgroup label="New models, on the same items">
            <Evaluations of={partners} prefix={kinds.evaluation} />
          </optgroup>
        )}
        <optgroup label="The history, measured on all items">
          {models.map(({ model, mean_score: mean }) => (
            <option key={model} value={kinds.model + model}>
              {model}, {score(mean)}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}

interface EvaluationsProps {
  readonly of: Rivals['evaluations'];
  readonly prefix?: string;
}

function Evaluations({ of, prefix = '' }: EvaluationsProps) {
  return (
    <>
      {of.map(({ id, model, observed_items: observed, status }) => (
        <option key={id} value={prefix + id}>
          {`${model} (${plural(observed, 'item')}${status === 'partial' ? ' so far' : ''})`}
        </option>
      ))}
    </>
  );
}
