import { useState } from 'preact/hooks';
import { answerOf, api, type Wire } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import type { Benchmark } from '../../parts/benchmark-frame.tsx';
import { CheckList } from '../../parts/check-list.tsx';
import { Failure } from '../../parts/states.tsx';
import { count } from '../../text/units.ts';
import { designWords, methodWords, splitWords } from '../../text/words.ts';

type BacktestRequest = NonNullable<Wire['BacktestRequest']>;
type Split = Wire['BacktestRow']['split'];
type Design = Wire['BacktestRow']['design'];
type Method = Wire['BacktestRow']['method'];

interface BacktestFormProps {
  readonly benchmark: Benchmark;
  readonly onStart: (id: string) => void;
  readonly isOpen: boolean;
}

const usualSizes = [20, 50, 100];

/** Starts a back-test: what is usual is filled in, the rest unfolds. */
export function BacktestForm({ benchmark, onStart, isOpen }: BacktestFormProps) {
  const { item_count: items } = benchmark;
  const tooLarge = `There are ${count(items)} items: a core set has no more.`;
  const [sizes, setSizes] = useState(() => usualSizesFor(items).join(', '));
  const [repeats, setRepeats] = useState('20');
  const [seed, setSeed] = useState('');
  const [splits, setSplits] = useState<readonly Split[]>(['interpolation', 'extrapolation']);
  const [designs, setDesigns] = useState<readonly Design[]>(['informative']);
  const [methods, setMethods] = useState<readonly Method[]>([]);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const start = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setError(null);
    try {
      const body: BacktestRequest = {
        splits: [...splits],
        designs: [...designs],
        sizes: sizes
          .split(/[^\d]+/)
          .filter(Boolean)
          .map(Number),
        repeats: Number(repeats),
        // Without any the service takes those that evaluations on these designs answer with.
        ...(methods.length > 0 && { methods: [...methods] }),
        ...(seed !== '' && { seed: Number(seed) }),
      };
      const params = { path: { benchmark: benchmark.name } };
      const { id } = await answerOf(api.POST('/v1/benchmarks/{benchmark}/backtests', { params, body }));
      onStart(id);
    } catch (failure) {
      setError(failure as ApiError);
    } finally {
      setSending(false);
    }
  };

  return (
    <section class="card" id="start" aria-labelledby="start-title">
      <h2 id="start-title">{isOpen ? 'Start a back-test' : 'Start another'}</h2>
      <form onSubmit={start}>
        <div class="fields">
          <label>
            Items of the core sets
            <input
              type="text"
              inputMode="numeric"
              required
              pattern="[0-9]+([ ,;]+[0-9]+)*"
              title="Numbers, with commas between them"
              value={sizes}
              onInput={(event) => {
                const { value } = event.currentTarget;
                event.currentTarget.setCustomValidity(
                  sizesIn(value).some((size) => size > items) ? tooLarge : '',
                );
                setSizes(value);
              }}
            />
            <small>One or several, for example 20, 50, 100.</small>
          </label>
          <label>
            Repeats
            <input
              type="number"
              required
              min="1"
              max="1000"
              value={repeats}
              onInput={(event) => setRepeats(event.currentTarget.value)}
            />
            <small>Core sets are drawn anew so often. More repeats, smaller standard errors.</small>
          </label>
        </div>
        <CheckList
          legend="Which models are new"
          options={splitWords}
          shows={({ name, meaning }) => `${name}: ${meaning}`}
          chosen={splits}
          onChoose={setSplits}
        />
        <details>
          <summary>Designs, methods, seed</summary>
          <CheckList
            legend="Designs of the core sets"
            options={designWords}
            shows={(words) => words}
            chosen={designs}
            onChoose={setDesigns}
          />
          <CheckList
            legend="Methods"
            hint="None ticked: those that an evaluation on these designs answers with."
            options={methodWords}
            shows={({ name }) => name}
            chosen={methods}
            onChoose={setMethods}
          />
          <label>
            Seed
            <input
              type="number"
              min="0"
              step="1"
              value={seed}
              onInput={(event) => setSeed(event.currentTarget.value)}
            />
            <small>The same seed gives the same rows. Drawn if left empty.</small>
          </label>
        </details>
        {error && <Failure error={error} />}
        <button
          type="submit"
          aria-busy={isSending}
          disabled={isSending || splits.length === 0 || designs.length === 0}
        >
          Start the back-test
        </button>
      </form>
    </section>
  );
}

function sizesIn(text: string): number[] {
  return [
    ...new Set(
      text
        .split(/[^\d]+/)
        .filter(Boolean)
        .map(Number),
    ),
  ];
}

/** No more than half of the items: something has to be left to foretell. */
function usualSizesFor(items: number): number[] {
  const fitting = usualSizes.filter((size) => size <= items / 2);
  return fitting.length > 0 ? fitting : [Math.max(1, Math.ceil(items / 2))];
}
