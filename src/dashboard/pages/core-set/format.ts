import { answerOf, api, type Wire } from '../../api/client.ts';
import { type Answer, useAnswer } from '../../api/use-answer.ts';
import { useKept } from '../../api/use-kept.ts';
import { useQuery } from '../../parts/use-query.ts';

export type Runnable = Wire['RunnableCoreSet'];

export const formats = [
  { value: 'txt', label: 'Plain list' },
  { value: 'csv', label: 'CSV' },
  { value: 'json', label: 'JSON' },
  { value: 'lm-eval', label: 'lm-evaluation-harness' },
  { value: 'inspect', label: 'Inspect' },
  { value: 'helm', label: 'HELM' },
  { value: 'promptfoo', label: 'promptfoo' },
] as const;

export type Format = (typeof formats)[number]['value'];

/** The form that the address asks for; the plain list, which always works, without one. */
export function useFormat(): readonly [Format, (format: Format) => void] {
  const [asked, choose] = useQuery('format');
  const format = formats.find(({ value }) => value === asked)?.value ?? 'txt';
  return [format, (value) => choose(value === 'txt' ? null : value)];
}

/** The files of a form that the service writes; while another is written, the one before stays. */
export function useRunnable(id: string, format: Format, isReady: boolean): Answer<Runnable> {
  const isOurs = format === 'csv' || format === 'json';
  const answer = useAnswer(
    isOurs || !isReady
      ? null
      : async () => {
          const params = { path: { id }, query: { format } };
          return (await answerOf(api.GET('/v1/core-sets/{id}', { params }))) as Runnable;
        },
    [id, format],
  );
  return useKept(answer, id);
}
