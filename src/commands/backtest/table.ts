import Table from 'cli-table3';
import type { z } from 'zod';
import type { backtest as backtestSchema } from '../../http/schemas/backtests.ts';

type Backtest = z.infer<typeof backtestSchema>;
type Row = Backtest['rows'][number];

/** A back-test as people read it: one table a split, and what is to be known beside it. */
export function renderBacktest(backtest: Backtest): string {
  const { splits, rows, designs, models, population, repeats, seed } = backtest;
  return [
    `${models} models, ${population} items; ${repeats} repeats of each split, seed ${seed}; design ${designs.join(', ')}`,
    ...splits.flatMap((split) => [
      `\n${split}: ${meanings[split]}`,
      renderRows(
        rows.filter((row) => row.split === split),
        backtest,
      ),
    ]),
    '',
    ...notesOn(backtest),
  ].join('\n');
}

const meanings: Record<Backtest['splits'][number], string> = {
  interpolation: 'a random quarter of the models as if new to the others',
  extrapolation: 'the best 30 % of the models as if new to the worst half, as at the frontier',
};

function renderRows(rows: readonly Row[], { level, repeats }: Backtest): string {
  // What is the same in every row is said above the tables.
  const isOne = new Set(rows.map(({ design }) => design)).size === 1;
  const table = new Table({
    head: [
      ...(isOne ? [] : ['design']),
      'method',
      'items',
      'off by',
      'vs random',
      '',
      `${100 * level} % holds`,
      'width',
      'eff. items',
      'rank tau',
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const shown = (name: keyof Row['standard_errors'], digits: number) =>
      show(row[name], row.standard_errors[name], digits);
    table.push([
      ...(isOne ? [] : [row.design]),
      row.method,
      row.size,
      shown('mean_absolute_error', 4),
      shown('ratio_to_random_sampling', 2),
      verdictOn(row, repeats),
      shown('coverage', 3),
      row.mean_width?.toFixed(3) ?? '',
      row.effective_sample_size?.toFixed(0) ?? '',
      shown('rank_agreement', 2),
    ]);
  }
  return table.toString();
}

function show(value: number | null, standardError: number | null, digits: number): string {
  if (value === null) return '';
  return standardError === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} ± ${standardError.toFixed(digits)}`;
}

/** Of fewer, the standard error is itself a guess. */
const minRepeats = 5;

/** What two standard errors tell apart from the plain mean of a random sample. */
function verdictOn(
  { ratio_to_random_sampling: ratio, standard_errors: errors }: Row,
  repeats: number,
): string {
  if (repeats < minRepeats) return '';
  const error = errors.ratio_to_random_sampling;
  if (ratio === null || error === null || Math.abs(ratio - 1) < 2 * error) return '';
  return ratio < 1 ? 'better' : 'worse';
}

function notesOn({ targets, include_duplicates: kept, imputed_share: imputed }: Backtest): string[] {
  const share = (part: number, whole: number) => `${part} of ${whole}`;
  const all = targets.replayed + (kept ? 0 : targets.duplicates) + targets.unknown;
  return [
    '± is one standard error over the repeats. vs random: error relative to the plain mean of as many random items; better or',
    'worse where more than two standard errors tell. eff. items: how many random items would tell as much.',
    ...(targets.duplicates === 0
      ? []
      : [
          `${share(targets.duplicates, all)} targets equal one of their sources on every item: ${kept ? 'they count here, and flatter the methods' : 'left out'}.`,
        ]),
    ...(targets.unknown === 0
      ? []
      : [`${share(targets.unknown, all)} targets were left out: fewer than 80 % of their scores are known.`]),
    ...(imputed === 0 ? [] : [`${(100 * imputed).toFixed(1)} % of the scores are missing and were imputed.`]),
  ];
}
