import type { MatrixFile } from '../importers/logs/read-logs.ts';
import { importCsv } from '../importers/matrices/csv.ts';
import { importJson } from '../importers/matrices/json.ts';
import { importNdjson } from '../importers/matrices/ndjson.ts';
import { importParquet } from '../importers/matrices/parquet.ts';
import { readJson } from '../importers/text/json-values.ts';
import { inTurns } from '../in-turns.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { ScoreTable } from '../scores/score-table.ts';

/**
 * Reads a score matrix into a table.
 * @param model whose the scores are, where they do not say
 * @throws DomainError what its importer throws
 */
export async function fillTable(
  table: ScoreTable,
  matrix: MatrixFile,
  range: ScoreRange,
  model: string | null,
): Promise<void> {
  if (matrix.format === 'parquet') {
    const { file } = matrix;
    await importParquet(await file.stored(), table, range, file.path);
    return;
  }
  const { file, format } = matrix;
  if (format === 'csv') await importCsv(inTurns(file.read()), table, range, model);
  else if (format === 'ndjson') await importNdjson(inTurns(file.read()), table, range, model);
  else importJson(await readJson(file.read(), file.path), table, range);
}
