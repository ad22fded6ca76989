import type { Wire } from './client.ts';

type ResultReport = Wire['ResultReport'];

/** What was read from logs, by evaluation. Only the answer to the upload says it, so it lives as long as the page does. */
const notes = new Map<string, ResultReport>();

export function keepLogNote(evaluation: string, report: ResultReport | undefined): void {
  if (report !== undefined) notes.set(evaluation, report);
}

export function logNoteOf(evaluation: string): ResultReport | undefined {
  return notes.get(evaluation);
}
