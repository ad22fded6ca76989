import { useRef } from 'preact/hooks';
import type { Answer } from './use-answer.ts';

/** The same answer, but while another one about the same thing is read, the one before stays: nothing jumps. */
export function useKept<Data>(answer: Answer<Data>, about: string): Answer<Data> {
  const last = useRef<{ about: string; data: Data } | null>(null);
  if (answer.data !== null) last.current = { about, data: answer.data };
  const isKept = answer.data === null && answer.error === null && last.current?.about === about;
  return isKept ? { ...answer, data: last.current!.data } : answer;
}
