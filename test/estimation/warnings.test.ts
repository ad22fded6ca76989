import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultThresholds, type Similarity } from '../../src/estimation/similarity/similarity.ts';
import {
  type EvaluationFacts,
  hasNoGain,
  isFrontier,
  raiseWarnings,
  type Warning,
  type WarningCode,
  warningCodes,
} from '../../src/estimation/warnings.ts';

const usual: Similarity = { mean: 0.3, max: 0.5, percentile: 0.5, level: 'moderate', nearest: [] };

/** Sources at 0.30, 0.31, ..., 0.50: the 95th percentile is 0.49. */
const sortedFullScores = Float64Array.from({ length: 21 }, (_, m) => (30 + m) / 100);

/** Nothing to warn of. */
const calm: EvaluationFacts = {
  aipwEstimate: 0.4,
  sortedFullScores,
  similarity: usual,
  thresholds: defaultThresholds,
  looR2: 0.3,
  observedItems: 50,
  coreSetSize: 50,
  populationSize: 1000,
  probabilities: 'known',
  difficulty: null,
  staleness: null,
};

function warningsOf(facts: Partial<EvaluationFacts>): Warning[] {
  return raiseWarnings({ ...calm, ...facts });
}

function raised(facts: Partial<EvaluationFacts>): [WarningCode, string][] {
  return warningsOf(facts).map(({ code, severity }) => [code, severity]);
}

const nextUp = (value: number) => value * (1 + Number.EPSILON);

describe('each rule at its threshold', () => {
  it('calm facts raise nothing', () => {
    expect(raised({})).toEqual([]);
  });

  const rules: [string, Partial<EvaluationFacts>, [WarningCode, string][]][] = [
    ['at the 95th percentile of the sources', { aipwEstimate: sortedFullScores[19] }, []],
    ['above the 95th percentile', { aipwEstimate: nextUp(sortedFullScores[19]) }, [['frontier', 'warn']]],
    ['level with the best source', { aipwEstimate: 0.5 }, [['frontier', 'warn']]],
    ['above every source', { aipwEstimate: nextUp(0.5) }, [['frontier', 'critical']]],
    ['similarity level moderate', { similarity: { ...usual, mean: 0.1 } }, []],
    [
      'similarity level low',
      { similarity: { ...usual, mean: 0.09, level: 'low' } },
      [['low-similarity', 'warn']],
    ],
    ['percentile of 5 %', { similarity: { ...usual, percentile: 0.05 } }, []],
    ['percentile below 5 %', { similarity: { ...usual, percentile: 0.0499 } }, [['low-similarity', 'warn']]],
    ['no percentile', { similarity: { ...usual, percentile: null } }, []],
    [
      'no similarity',
      { similarity: { mean: null, max: null, percentile: null, level: null, nearest: [] } },
      [],
    ],
    ['R2 above 0.02', { looR2: nextUp(0.02) }, []],
    ['R2 of 0.02', { looR2: 0.02 }, [['no-gain', 'info']]],
    ['R2 below zero', { looR2: -3 }, [['no-gain', 'info']]],
    [
      'predictions that match the results',
      { predictionsMatchResults: true },
      [['predictions-match-results', 'warn']],
    ],
    ['predictions that do not', { predictionsMatchResults: false }, []],
    ['20 items', { observedItems: 20, coreSetSize: 20 }, []],
    ['19 items', { observedItems: 19, coreSetSize: 19 }, [['small-core-set', 'warn']]],
    ['one result missing', { observedItems: 49 }, [['incomplete-core-set', 'warn']]],
    ['probabilities assumed', { probabilities: 'assumed' }, [['assumed-random', 'warn']]],
    ['no probabilities', { probabilities: 'none' }, [['purposive-design', 'warn']]],
    ['10 sources', { sortedFullScores: sortedFullScores.slice(11) }, []],
    ['9 sources', { sortedFullScores: sortedFullScores.slice(12) }, [['thin-history', 'warn']]],
    ['no source', { sortedFullScores: new Float64Array(0) }, [['thin-history', 'warn']]],
    [
      'items changed',
      { staleness: { drawnAtRevision: 2, changedAtRevision: 3 } },
      [['stale-core-set', 'warn']],
    ],
  ];

  it.each(rules)('%s', (_, facts, expected) => {
    expect(raised(facts)).toEqual(expected);
  });

  it('every code is raised by some case above', () => {
    const codes = rules.flatMap(([, facts]) => raised(facts).map(([code]) => code));
    // What only a back-test can tell is raised in calibrated-warnings.ts.
    const own = warningCodes.filter((code) => code !== 'interval-doubtful');
    expect(new Set(codes)).toEqual(new Set(own));
  });

  it('every item observed: nothing is estimated, and only a changed benchmark matters', () => {
    const all = {
      observedItems: 15,
      coreSetSize: 15,
      populationSize: 15,
      aipwEstimate: 1,
      looR2: -1,
      probabilities: 'none' as const,
    };
    expect(raised(all)).toEqual([]);
    const staleness = { drawnAtRevision: 2, changedAtRevision: 3 };
    expect(raised({ ...all, staleness })).toEqual([['stale-core-set', 'warn']]);
  });
});

describe('predicates', () => {
  it.each([
    [0.02, true],
    [0.020001, false],
    [-1, true],
    [0, true],
  ])('no gain at R2 = %f: %s', (looR2, expected) => {
    expect(hasNoGain({ looR2 })).toBe(expected);
  });

  it('without sources there is no frontier', () => {
    expect(isFrontier({ ...calm, aipwEstimate: 1, sortedFullScores: new Float64Array(0) })).toBe(false);
  });
});

describe('an incomplete core set', () => {
  it.each([
    [{ observed: 0.7, coreSet: 0.5 }, /those that did are easier than the core set as a whole\.$/],
    [{ observed: 0.4, coreSet: 0.5 }, /those that did are harder than the core set as a whole\.$/],
    [{ observed: 0.5, coreSet: 0.5 }, /failed to finish\.$/],
    [null, /failed to finish\.$/],
  ])('says which way its items lean: %j', (difficulty, message) => {
    const [warning] = warningsOf({ observedItems: 40, difficulty });
    expect(warning.code).toBe('incomplete-core-set');
    expect(warning.message).toMatch(message);
    expect(warning.figures).toMatchObject({
      observed_mean_difficulty: difficulty?.observed ?? null,
      core_set_mean_difficulty: difficulty?.coreSet ?? null,
    });
  });
});

const anyFacts: fc.Arbitrary<EvaluationFacts> = fc
  .record({
    aipwEstimate: fc.double({ min: -5, max: 5, noNaN: true }),
    scores: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 25 }),
    similarity: fc.constantFrom<Similarity>(
      usual,
      { ...usual, mean: -0.1, level: 'low', percentile: 0 },
      { ...usual, level: 'high', percentile: null },
      { mean: null, max: null, percentile: null, level: null, nearest: [] },
    ),
    looR2: fc.double({ min: -10, max: 1, noNaN: true }),
    sizes: fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(30), fc.nat(100)),
    probabilities: fc.constantFrom('known', 'assumed', 'none'),
    difficulty: fc.constantFrom(null, { observed: 0.7, coreSet: 0.5 }),
    staleness: fc.constantFrom(null, { drawnAtRevision: 1, changedAtRevision: 4 }),
  })
  .map(({ scores, sizes: [observedItems, missing, rest], ...facts }) => ({
    ...facts,
    thresholds: defaultThresholds,
    sortedFullScores: Float64Array.from(scores).sort(),
    observedItems,
    coreSetSize: observedItems + missing,
    populationSize: observedItems + missing + rest,
  }));

describe('whatever the facts', () => {
  const runs = { seed: 21, numRuns: 500 };

  it('the most severe come first, each code at most once', () => {
    const order = ['critical', 'warn', 'info'];
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const warnings = raiseWarnings(facts);
        const ranks = warnings.map(({ severity }) => order.indexOf(severity));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        expect(new Set(warnings.map(({ code }) => code)).size).toBe(warnings.length);
      }),
      runs,
    );
  });

  it('each message is one plain sentence, and every figure is a finite number or null', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        for (const { message, figures } of raiseWarnings(facts)) {
          expect(message).toMatch(/^[A-Z][^.!?\n]*[a-z]\.$/);
          expect(message).not.toMatch(/NaN|undefined|null|Infinity/);
          for (const figure of Object.values(figures))
            expect(figure === null || Number.isFinite(figure)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('the figures hold what raised the warning', () => {
    const figuresOf = (facts: Partial<EvaluationFacts>) => warningsOf(facts)[0].figures;
    expect(figuresOf({ aipwEstimate: 0.6 })).toEqual({
      estimate: 0.6,
      percentile: 1,
      percentile_95_of_sources: 0.49,
      best_source: 0.5,
    });
    expect(figuresOf({ observedItems: 40 })).toEqual({
      observed_items: 40,
      core_set_size: 50,
      observed_mean_difficulty: null,
      core_set_mean_difficulty: null,
      missing_share: expect.closeTo(0.2, 12),
    });
    expect(figuresOf({ looR2: 0.01 })).toEqual({ leave_one_out_r2: 0.01, threshold: 0.02 });
    expect(figuresOf({ probabilities: 'assumed' })).toEqual({ assumed_inclusion_probability: 0.05 });
    expect(figuresOf({ observedItems: 3, coreSetSize: 3 })).toEqual({ observed_items: 3, minimum: 20 });
    expect(figuresOf({ sortedFullScores: Float64Array.of(0.9) })).toEqual({ source_models: 1, minimum: 10 });
    expect(figuresOf({ similarity: { ...usual, mean: 0.05, level: 'low' } })).toEqual({
      similarity: 0.05,
      low_threshold: 0.1,
      percentile: 0.5,
    });
    expect(figuresOf({ staleness: { drawnAtRevision: 2, changedAtRevision: 9 } })).toEqual({
      drawn_at_revision: 2,
      changed_at_revision: 9,
    });
  });

  it('singular and plural', () => {
    const messages = [
      ...warningsOf({ observedItems: 1, coreSetSize: 1 }),
      ...warningsOf({ sortedFullScores: Float64Array.of(0.9) }),
    ].map(({ message }) => message);
    expect(messages[0]).toMatch(/ 1 item /);
    expect(messages[1]).toMatch(/ 1 source model:/);
  });
});
