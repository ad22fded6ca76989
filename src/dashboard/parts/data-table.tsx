import { csvFormatRows } from 'd3-dsv';
import type { ComponentChildren } from 'preact';
import { saveText } from './save.ts';

type Cell = string | number | null;

/** Figures as they are, for CSV, beside how they are shown. */
export interface Column<Row> {
  readonly label: string;
  /** What goes into the CSV. */
  readonly value: (row: Row) => Cell;
  /** What is shown; the value itself unless given. */
  readonly show?: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** In the CSV alone: what the other columns show with their figures. */
  readonly isForCsv?: boolean;
}

export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

interface DataTableProps<Row> extends Table<Row> {
  /** Says what the table is of. */
  readonly caption: string;
  readonly hidesCaption?: boolean;
  /** Of the CSV file, without its ending; no button without it. */
  readonly name?: string;
  readonly marks?: (row: Row) => string | undefined;
}

/** With more columns than this the last ones, often what a figure is worth, would be out of sight on a phone. */
const mostSideBySide = 3;

/** A table that can be saved as CSV; wide ones scroll in their own box, and on a phone each row stands as a block. */
// biome-ignore lint/suspicious/noExplicitAny: each table has rows of its own kind
export function DataTable<Row = any>({
  caption,
  hidesCaption,
  name,
  columns,
  rows,
  marks,
}: DataTableProps<Row>) {
  const shown = columns.filter(({ isForCsv }) => !isForCsv);
  return (
    <div class={shown.length > mostSideBySide ? 'data-table stacks' : 'data-table'}>
      <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
        <table>
          <caption class={hidesCaption ? 'visually-hidden' : undefined}>{caption}</caption>
          <thead>
            <tr>
              {shown.map(({ label, isNumber }) => (
                <th key={label} scope="col" class={isNumber ? 'number' : undefined}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at} class={marks?.(row)}>
                {shown.map(({ label, value, show, isNumber }, column) =>
                  column === 0 ? (
                    <th key={label} scope="row">
                      {show ? show(row) : value(row)}
                    </th>
                  ) : (
                    <td key={label} class={isNumber ? 'number' : undefined} data-label={label}>
                      {(show ? show(row) : value(row)) ?? '–'}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {name && (
        <button type="button" class="quiet small" onClick={() => saveTable(name, { columns, rows })}>
          Save as CSV<span class="visually-hidden">: {caption}</span>
        </button>
      )}
    </div>
  );
}

export function saveTable<Row>(name: string, { columns, rows }: Table<Row>): void {
  const text = csvFormatRows([
    columns.map(({ label }) => label),
    ...rows.map((row) => columns.map(({ value }) => String(value(row) ?? ''))),
  ]);
  saveText(`${name}.csv`, 'text/csv;charset=utf-8', `${text}\n`);
}
