import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../..');

/** Where the service of a recording is said to listen, whatever port it has in a run. */
export const shownPort = 8080;

/** Whether a run writes its recordings into the documents: RECORD=1. */
export const isRecording = process.env.RECORD === '1';

/** A fenced block of a Markdown document. */
export interface Fence {
  /** What is said behind the opening fence. */
  readonly language: string;
  readonly text: string;
  /** Places of its text in the document. */
  readonly start: number;
  readonly end: number;
}

export function fencesOf(document: string): Fence[] {
  return [...document.matchAll(/^```([\w-]+)\n(.*?)^```$/gms)].map((found) => {
    const [, language, text] = found;
    const start = found.index + language.length + 4;
    return { language, text, start, end: start + text.length };
  });
}

/** The document with the texts of some of its blocks replaced. */
export function withFences(document: string, replaced: ReadonlyMap<Fence, string>): string {
  const ordered = [...replaced].sort(([a], [b]) => b.start - a.start);
  return ordered.reduce(
    (text, [{ start, end }, content]) => text.slice(0, start) + content + text.slice(end),
    document,
  );
}

export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function writeDocument(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

const idPattern = /\b(cs|ev|bt)_[0-9a-f]+\b/g;

/** The ids in a text, each once, in the order in which they come; those of one kind count on their own. */
export function idsOf(text: string): string[] {
  return [...new Set(text.match(idPattern))];
}

function kindOf(id: string): string {
  return id.slice(0, 2);
}

function placeOf(id: string, ids: readonly string[]): number {
  return ids.filter((other) => kindOf(other) === kindOf(id)).indexOf(id);
}

/** The text with ids replaced by those that stand at their place in another order. */
export function exchangeIds(text: string, from: readonly string[], to: readonly string[]): string {
  return text.replaceAll(
    idPattern,
    (id) => to.filter((other) => kindOf(other) === kindOf(id))[placeOf(id, from)] ?? id,
  );
}

/** What two runs may not agree in: ids are numbered as they come, times and durations have no value. */
export function normalised(text: string): string {
  const ids = idsOf(text);
  return text
    .replaceAll(idPattern, (id) => `${kindOf(id)}_${placeOf(id, ids) + 1}`)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/\b\d+(\.\d+)? s left/g, 'N s left');
}
