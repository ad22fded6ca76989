import type { ExpectedErrors, MethodExpectation } from './backtest/expected-error.ts';
import { bySeverity, count, type Warning, type WarningCode } from './warnings.ts';

/** What a back-test foretells of one evaluation. Score units. */
export interface Foretold extends ExpectedErrors {
  /** Half the width of AIPW's interval at the default level. */
  readonly halfWidth: number;
}

/** The warnings that say "this model is unlike the history": how much that matters here, the history itself can tell. */
const unlike: readonly WarningCode[] = ['frontier', 'low-similarity'];

/**
 * Mean absolute error over half-width that an interval of 95 % leaves room for is 0.41 for a normal error; half as much again
 * is beyond noise.
 */
const doubtfulRatio = 0.6;

/** The warnings of an evaluation, with what targets like it were off by on the benchmark's own history. */
export function calibrateWarnings(warnings: readonly Warning[], foretold: Foretold): Warning[] {
  const told = warnings.map((warning) =>
    unlike.includes(warning.code)
      ? {
          ...warning,
          message: `${warning.message} ${experience(foretold)}`,
          figures: { ...warning.figures, ...figuresOf(foretold) },
        }
      : warning,
  );
  return bySeverity([...told, ...doubtfulInterval(foretold)]);
}

function experience({ methods, isBeyond }: Foretold): string {
  const [replays, models] = [fewest(methods, 'replays'), fewest(methods, 'models')];
  const errors = methods.map(({ method, meanAbsoluteError }) => `${shown(meanAbsoluteError)} by ${method}`);
  const caveat = isBeyond ? ', though none of them stood so far above its sources' : '';
  return `On your own history, targets like this one were off by ${listed(errors)} (means of ${replays} replays of ${count(models, 'model')}${caveat}).`;
}

function doubtfulInterval({ methods, halfWidth }: Foretold): Warning[] {
  const aipw = methods.find(({ method }) => method === 'aipw');
  if (aipw === undefined || aipw.meanAbsoluteError <= doubtfulRatio * halfWidth) return [];
  return [
    {
      code: 'interval-doubtful',
      severity: 'warn',
      message: `On your own history, targets like this one were off by ${shown(aipw.meanAbsoluteError)} on average, more than a 95 % interval of +- ${shown(halfWidth)} leaves room for: it may well be too narrow.`,
      figures: {
        expected_error_aipw: aipw.meanAbsoluteError,
        half_width: halfWidth,
        replays: aipw.replays,
        replayed_models: aipw.models,
      },
    },
  ];
}

function figuresOf({ methods }: Foretold): Record<string, number> {
  const errors = methods.map(({ method, meanAbsoluteError }: MethodExpectation) => [
    `expected_error_${method.replaceAll('-', '_')}`,
    meanAbsoluteError,
  ]);
  return {
    ...Object.fromEntries(errors),
    replays: fewest(methods, 'replays'),
    replayed_models: fewest(methods, 'models'),
  };
}

function fewest(methods: readonly MethodExpectation[], of: 'replays' | 'models'): number {
  return Math.min(...methods.map((expected) => expected[of]));
}

function shown(error: number): string {
  return String(Number(error.toPrecision(2)));
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
