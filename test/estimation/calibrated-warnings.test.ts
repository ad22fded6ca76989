import { describe, expect, it } from 'vitest';
import { calibrateWarnings, type Foretold } from '../../src/estimation/calibrated-warnings.ts';
import type { Warning } from '../../src/estimation/warnings.ts';

const told: Foretold = {
  isBeyond: false,
  halfWidth: 0.1,
  methods: [
    { method: 'aipw', replays: 44, models: 9, meanAbsoluteError: 0.0317, p90: 0.06 },
    { method: 'random-sampling-learn', replays: 40, models: 12, meanAbsoluteError: 0.1249, p90: 0.2 },
  ],
};

function warning(parts: Partial<Warning>): Warning {
  return { code: 'no-gain', severity: 'info', message: 'So it is.', figures: { given: 1 }, ...parts };
}

const frontier = warning({ code: 'frontier', severity: 'critical', message: 'It is above.' });
const lowSimilarity = warning({ code: 'low-similarity', severity: 'warn', message: 'It is unlike.' });
const others = (
  [
    'predictions-match-results',
    'small-core-set',
    'incomplete-core-set',
    'purposive-design',
    'assumed-random',
    'thin-history',
    'stale-core-set',
    'no-gain',
  ] as const
).map((code) => warning({ code }));

/** An error of AIPW of so many half-widths. */
function withRatio(ratio: number, halfWidth = 0.1): Foretold {
  return {
    ...told,
    halfWidth,
    methods: [{ method: 'aipw', replays: 44, models: 9, meanAbsoluteError: ratio * halfWidth, p90: 1 }],
  };
}

const codes = (warnings: readonly Warning[]) => warnings.map(({ code }) => code);

describe('a warning that the model is unlike the history', () => {
  it.each([frontier, lowSimilarity])('$code says how far off each method was for the like of it', (given) => {
    const [changed, ...none] = calibrateWarnings([given], told);
    expect(none).toEqual([]);
    expect(changed).toEqual({
      ...given,
      message: `${given.message} On your own history, targets like this one were off by 0.032 by aipw and 0.12 by random-sampling-learn (means of 40 replays of 9 models).`,
      figures: {
        given: 1,
        expected_error_aipw: 0.0317,
        expected_error_random_sampling_learn: 0.1249,
        replays: 40,
        replayed_models: 9,
      },
    });
  });

  it('says so where nobody stood so far above', () => {
    const [{ message }] = calibrateWarnings([frontier], { ...told, isBeyond: true });
    expect(message).toMatch(/ models, though none of them stood so far above its sources\)\.$/);
  });

  it.each([
    [1, /off by 0\.032 by aipw \(/],
    [2, /off by 0\.032 by aipw and 0\.12 by random-sampling-learn \(/],
    [3, /off by 0\.032 by aipw, 0\.12 by random-sampling-learn and 0\.5 by pca \(/],
  ])('lists %i methods as people do', (count, sentence) => {
    const methods = [
      ...told.methods,
      { method: 'pca' as const, replays: 50, models: 10, meanAbsoluteError: 0.5, p90: 0.6 },
    ];
    const [{ message, figures }] = calibrateWarnings([frontier], {
      ...told,
      methods: methods.slice(0, count),
    });
    expect(message).toMatch(sentence);
    expect(Object.keys(figures)).toHaveLength(count + 3);
  });

  it('rounds errors to two digits, of any size', () => {
    const messageOf = (meanAbsoluteError: number) =>
      calibrateWarnings([frontier], {
        ...told,
        halfWidth: 1e9,
        methods: [{ method: 'aipw', replays: 44, models: 9, meanAbsoluteError, p90: 1 }],
      })[0].message;
    expect(messageOf(12.34)).toContain('off by 12 by aipw');
    expect(messageOf(0.000456)).toContain('off by 0.00046 by aipw');
    expect(messageOf(0)).toContain('off by 0 by aipw');
  });
});

describe('other warnings', () => {
  it('stay as they are', () => {
    expect(calibrateWarnings(others, told)).toEqual(others);
    expect(calibrateWarnings([], told)).toEqual([]);
  });

  it('and those given are not changed themselves', () => {
    const given = Object.freeze([Object.freeze({ ...frontier, figures: Object.freeze({ given: 1 }) })]);
    calibrateWarnings(given, told);
    expect(given).toEqual([frontier]);
  });
});

describe('a doubtful interval', () => {
  it.each([
    [0.41, []],
    [0.6, []],
    [0.6001, ['interval-doubtful']],
    [3, ['interval-doubtful']],
  ])('is one whose expected error is more than 0.6 of its half-width: %f', (ratio, expected) => {
    for (const halfWidth of [0.1, 25])
      expect(codes(calibrateWarnings([], withRatio(ratio, halfWidth)))).toEqual(expected);
  });

  it('has its figures, and says them', () => {
    expect(calibrateWarnings([], withRatio(2))).toEqual([
      {
        code: 'interval-doubtful',
        severity: 'warn',
        message:
          'On your own history, targets like this one were off by 0.2 on average, more than a 95 % interval of +- 0.1 leaves room for: it may well be too narrow.',
        figures: { expected_error_aipw: 0.2, half_width: 0.1, replays: 44, replayed_models: 9 },
      },
    ]);
  });

  it('is of AIPW alone: other methods have no interval to doubt', () => {
    const methods = [
      { method: 'random-sampling-learn' as const, replays: 40, models: 12, meanAbsoluteError: 1, p90: 1 },
    ];
    expect(calibrateWarnings([], { ...told, methods })).toEqual([]);
  });

  it('comes after what is worse and before what is less', () => {
    const sorted = calibrateWarnings([frontier, lowSimilarity, warning({ code: 'no-gain' })], withRatio(2));
    expect(codes(sorted)).toEqual(['frontier', 'low-similarity', 'interval-doubtful', 'no-gain']);
  });
});
