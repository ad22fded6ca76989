import { csvParseRows, tsvParseRows } from 'd3-dsv';

interface Result {
  readonly item: string;
  readonly score: number;
}

interface ParsedResults {
  readonly results: readonly Result[];
  /** What cannot be read, a sentence each. */
  readonly problems: readonly string[];
  /** Items that stand there without a score: they stay missing. */
  readonly withoutScore: number;
}

const truths = new Map([
  ['true', 1],
  ['false', 0],
]);

/** Lines of `item,score`, by comma or tab, with or without a header. Whether the items are known the service says. */
export function parseResults(text: string): ParsedResults {
  const isTabbed = text.includes('\t');
  const rows = isTabbed ? tsvParseRows(text) : csvParseRows(text);
  const results: Result[] = [];
  const problems: string[] = [];
  let withoutScore = 0;
  rows.forEach((cells, at) => {
    if (cells.every((cell) => cell.trim() === '') || (at === 0 && isHeader(cells))) return;
    const [item, given = ''] = cells;
    const written = given.trim();
    const score = truths.get(written.toLowerCase()) ?? Number(written);
    if (cells.length < 2) problems.push(`Line ${at + 1} has no comma: “${item}”`);
    else if (written === '') withoutScore++;
    else if (!Number.isFinite(score)) problems.push(`Line ${at + 1}: “${written}” is not a number`);
    else results.push({ item: item.trim(), score });
  });
  return { results, problems, withoutScore };
}

function isHeader([first, second]: readonly string[]): boolean {
  return /^item$/i.test(first.trim()) && /^score$/i.test(second?.trim() ?? '');
}
