import { useEffect, useRef, useState } from 'preact/hooks';
import { answerOf, api, type Wire } from '../../api/client.ts';
import { followEvents } from '../../api/events.ts';
import { useAnswer } from '../../api/use-answer.ts';

type Backtest = Wire['Backtest'];
type Summary = Wire['BacktestSummary'];

/** Its rows are read anew at most so often. */
const rowsEvery = 1000;
/** After a connection was lost. */
const retryAfter = 2000;

export function isUnderWay({ status }: Pick<Summary, 'status'>): boolean {
  return status === 'pending' || status === 'running';
}

/**
 * A back-test, followed while it is under way and somebody looks.
 * @param onStatus told when it begins, and when it is over
 */
export function useBacktest(id: string, onStatus: () => void) {
  const answer = useAnswer(() => readBacktest(id), [id]);
  const [heard, setHeard] = useState<Summary | null>(null);
  const { data, reload } = answer;
  const underWay = data !== null && data.id === id && isUnderWay(data);
  const tellStatus = useRef(onStatus);
  tellStatus.current = onStatus;

  useEffect(() => {
    if (!underWay) return;
    const gone = new AbortController();
    let lastRead = 0;
    let lastStatus = data.status;
    const hear = (summary: Summary) => {
      setHeard(summary);
      if (summary.status !== lastStatus) tellStatus.current();
      lastStatus = summary.status;
      const isOver = !isUnderWay(summary);
      if (!isOver && Date.now() - lastRead < rowsEvery) return;
      lastRead = Date.now();
      reload();
    };
    follow(id, gone.signal, hear, reload);
    return () => gone.abort();
  }, [id, underWay]);

  return { answer, summary: heard !== null && heard.id === id && underWay ? heard : data };
}

function readBacktest(id: string): Promise<Backtest> {
  return answerOf(api.GET('/v1/backtests/{id}', { params: { path: { id } } }));
}

async function follow(
  id: string,
  signal: AbortSignal,
  hear: (summary: Summary) => void,
  onLost: () => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { event, data } of followEvents(`/v1/backtests/${id}/events`, signal)) {
        hear(JSON.parse(data));
        if (event === 'end') return;
      }
    } catch {
      // The service went away, or the view was left.
    }
    await new Promise((resolve) => setTimeout(resolve, retryAfter));
    if (!signal.aborted) onLost();
  }
}
