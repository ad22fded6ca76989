import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { answerOf, api, type Wire } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import { upload } from '../api/upload.ts';
import { benchmarkPath } from '../parts/benchmark-frame.tsx';
import { FileDrop } from '../parts/file-drop.tsx';
import { Page } from '../parts/page.tsx';
import { Failure } from '../parts/states.tsx';
import { ImportReport, type ReportChoice } from './new-benchmark/import-report.tsx';

type Report = Wire['ImportReport'];

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'sending'; readonly share: number; readonly isDryRun: boolean }
  | { readonly kind: 'read'; readonly report: Report }
  | { readonly kind: 'failed'; readonly error: ApiError };

/** A benchmark and its history: settings, files, a look at what is in them, and the import. */
export function NewBenchmarkPage() {
  const { query } = useRoute();
  const { route } = useLocation();
  const existing = query.benchmark;
  const [name, setName] = useState(existing ?? '');
  const [title, setTitle] = useState('');
  const [high, setHigh] = useState('1');
  const [low, setLow] = useState('0');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [choice, setChoice] = useState<ReportChoice>({});
  const [stage, setStage] = useState<Stage>({ kind: 'asking' });
  const isBusy = stage.kind === 'sending';

  async function send(isDryRun: boolean): Promise<void> {
    setStage({ kind: 'sending', share: 0, isDryRun });
    try {
      await ensureBenchmark(name, existing, { title: title || null, range: [Number(low), Number(high)] });
      const report = await upload<Report>(
        `/v1${benchmarkPath(name)}/imports`,
        { dry_run: isDryRun ? 'true' : undefined, ...choice },
        files,
        (share) => setStage({ kind: 'sending', share, isDryRun }),
      );
      if (isDryRun) setStage({ kind: 'read', report });
      else route(benchmarkPath(name));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setStage({ kind: 'failed', error });
    }
  }

  function takeFiles(taken: readonly File[]): void {
    setFiles(taken);
    setStage({ kind: 'asking' });
    if (name === '') setName(nameFrom(taken[0].name));
  }

  return (
    <Page
      title={existing ? `Add to ${existing}` : 'Add a benchmark'}
      above={<a href="/">Benchmarks</a>}
      lead="The history: how models that were run on the whole benchmark did on each of its items."
    >
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void send(stage.kind !== 'read');
        }}
      >
        <FileDrop
          label="Drop the scores here, or choose files"
          hint="A CSV, NDJSON, JSON or Parquet matrix of models by items, or logs of lm-evaluation-harness, Inspect, HELM and others; also gzipped, or as a zip or tar.gz"
          files={files}
          onFiles={takeFiles}
        />
        <div class="fields">
          <label>
            Name, for addresses
            <input
              required
              pattern="[a-z0-9][a-z0-9._\-]{0,63}"
              title="Small letters, digits, points, hyphens and underscores"
              value={name}
              readOnly={existing !== undefined}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          {existing === undefined && (
            <>
              <label>
                Title, for people
                <input
                  value={title}
                  maxLength={200}
                  onInput={(event) => setTitle(event.currentTarget.value)}
                />
              </label>
              <label>
                Lowest score of an item
                <input
                  type="number"
                  step="any"
                  required
                  value={low}
                  onInput={(event) => setLow(event.currentTarget.value)}
                />
              </label>
              <label>
                Highest score of an item
                <input
                  type="number"
                  step="any"
                  required
                  value={high}
                  onInput={(event) => setHigh(event.currentTarget.value)}
                />
              </label>
            </>
          )}
        </div>
        <StageView
          stage={stage}
          choice={choice}
          onChoice={(chosen) => {
            setChoice(chosen);
            setStage({ kind: 'asking' });
          }}
        />
        <button type="submit" disabled={files.length === 0 || isBusy || isBlocked(stage)}>
          {stage.kind === 'read' ? 'Import' : 'Look what is in it'}
        </button>
      </form>
    </Page>
  );
}

interface StageViewProps {
  readonly stage: Stage;
  readonly choice: ReportChoice;
  readonly onChoice: (choice: ReportChoice) => void;
}

function StageView({ stage, choice, onChoice }: StageViewProps) {
  if (stage.kind === 'sending') {
    const what = stage.isDryRun ? 'Reading the files' : 'Importing';
    return (
      <label>
        {stage.share < 1 ? 'Sending' : what} …
        <progress {...(stage.share < 1 && { value: stage.share })} />
      </label>
    );
  }
  if (stage.kind === 'failed') return <Failure error={stage.error} />;
  if (stage.kind === 'read') {
    return <ImportReport report={stage.report} choice={choice} onChoice={onChoice} />;
  }
  return null;
}

/** What was read raises a question that must be answered first, or would change what is stored. */
function isBlocked(stage: Stage): boolean {
  return stage.kind === 'read' && stage.report.question !== null;
}

interface NewSettings {
  readonly title: string | null;
  readonly range: readonly [number, number];
}

/** Settings of a benchmark that is there already are left as they are. */
async function ensureBenchmark(
  name: string,
  existing: string | undefined,
  { title, range }: NewSettings,
): Promise<void> {
  if (existing !== undefined) return;
  const params = { path: { benchmark: name } };
  const { data } = await answerOf(api.GET('/v1/benchmarks', { params: { query: { limit: 500 } } }));
  if (data.some((other) => other.name === name && other.model_count > 0)) {
    throw new ApiError(409, {
      title: 'There is a benchmark of this name',
      detail: `“${name}” has a history already. Choose another name, or add to it from its own page.`,
    });
  }
  await answerOf(api.PUT('/v1/benchmarks/{benchmark}', { params, body: { title, score_range: [...range] } }));
}

/** gsm.csv.gz -> gsm */
function nameFrom(file: string): string {
  return file
    .toLowerCase()
    .replace(/\.(csv|ndjson|jsonl|json|parquet|eval|zip|tar|gz|tgz|zst).*$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}
