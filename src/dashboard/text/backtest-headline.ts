import type { Wire } from '../api/client.ts';
import { compareWith } from './beyond-error.ts';
import { count, figure, share, type Units } from './units.ts';
import { methodWords } from './words.ts';

type Row = Wire['BacktestRow'];

/** The size that evaluations mostly use. */
const usualSize = 50;

/** What the rows of one split say of the recommended method, at a size near the usual one. */
export function backtestHeadline(rows: readonly Row[], level: number, units: Units): string {
  const known = rows.filter((row) => row.mean_absolute_error !== null);
  if (known.length === 0) return 'No model could be treated as new.';
  const [{ design }] = known;
  const ofDesign = known.filter((row) => row.design === design);
  const size = ofDesign.reduce(
    (nearest, row) => (distanceTo(row.size) < distanceTo(nearest) ? row.size : nearest),
    ofDesign[0].size,
  );
  const here = ofDesign.filter((row) => row.size === size);
  const main = here.find(({ method }) => method === 'aipw') ?? here[0];
  const others = here.filter((row) => row !== main);
  const sentences = [
    `With ${count(size)} items (${design}) ${nameOf(main)} is off by ${errorOf(main, units)} on average${othersWords(others, units)}.`,
    intervalSentence(main, level),
    ratioSentence(main),
  ];
  return sentences.filter(Boolean).join(' ');
}

function distanceTo(size: number): number {
  return Math.abs(Math.log(size / usualSize));
}

function nameOf({ method }: Row): string {
  const { name } = methodWords[method];
  return method === 'aipw' ? name : `the ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function errorOf({ mean_absolute_error: error, standard_errors: errors }: Row, units: Units): string {
  const uncertainty = errors.mean_absolute_error;
  return `${units.distance(error!)}${uncertainty === null ? '' : ` (${units.halfWidth(uncertainty).replace(' points', '')})`}`;
}

function othersWords(others: readonly Row[], units: Units): string {
  const [first, ...rest] = others.slice(0, 2);
  if (first === undefined) return '';
  return [first, ...rest]
    .map((row) => `, ${nameOf(row)} by ${errorOf(row, units).replace(' points', '')}`)
    .join('');
}

function intervalSentence(row: Row, level: number): string {
  const { coverage, standard_errors: errors } = row;
  if (coverage === null) return `No interval is known for ${nameOf(row)}.`;
  const verdict = compareWith(coverage, errors.coverage, level);
  const held = `The ${share(level)} intervals of ${nameOf(row)} held the true score in ${share(coverage)} of the cases`;
  return `${held}${verdict === 'below' ? ': fewer than they promise.' : '.'}`;
}

function ratioSentence(row: Row): string {
  const { ratio_to_random_sampling: ratio, standard_errors: errors } = row;
  if (ratio === null) return '';
  const verdict = compareWith(ratio, errors.ratio_to_random_sampling, 1);
  const words = { below: ': it is better', above: ': it is worse', same: ', which may be chance' };
  const rest = verdict === null ? '' : words[verdict];
  return `The error of ${nameOf(row)} is ${figure(ratio)} times that of the plain mean of as many items drawn at random${rest}.`;
}
