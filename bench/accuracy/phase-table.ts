import Table from 'cli-table3';
import type { PhaseErrors } from './two-phase.ts';

export function renderPhases(matrices: readonly string[], errors: readonly PhaseErrors[]): string {
  const table = new Table({
    head: ['', ...matrices, 'mean', 'lowest'],
    style: { head: [], border: [], compact: true },
  });
  const push = (label: string, pick: (errors: PhaseErrors) => number) => {
    const figures = errors.map(pick);
    const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
    table.push([label, ...[...figures, mean, Math.min(...figures)].map((figure) => figure.toFixed(3))]);
  };
  push('error', ({ twoPhase, onePhase }) => twoPhase / onePhase);
  push('width', ({ width, onePhaseWidth }) => width / onePhaseWidth);
  push('coverage', ({ covered, count }) => covered / count);
  push('bias, points', ({ bias, count }) => (100 * bias) / count);
  return table.toString();
}
