import type { MatrixFile } from '../importers/logs/read-logs.ts';
import { importCsv } from '../importers/matrices/csv.ts';
import { importJson } from '../importers/matrices/json.ts';
import { importNdjson } from '../importers/matrices/ndjson.ts';
import { importParquet } from '../importers/matrices/parquet.ts';
import { readJson } from '../importers/text/json-values.ts';
import type { ScoreRange } from '../scores/score-range.ts';
import type { ScoreTable } from '../scores/score-table.ts';

/** Reads a score matrix into a table. @throws DomainError what its importer throws */
export async function fillTable(table: ScoreTable, matrix: MatrixFile, range: ScoreRange): Promise<void> {
  if (matrix.format === 'parquet') {
    const { file } = matrix;
    await importParquet(await file.stored(), table, range, file.path);
    return;
  }
  const { file, format } = matrix;
  if (format === 'csv') await importCsv(file.read(), table, range);
  else if (format === 'ndjson') await importNdjson(file.read(), table, range);
  else importJson(await readJson(file.read(), file.path), table, range);
}
