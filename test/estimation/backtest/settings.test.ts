import { describe, expect, it } from 'vitest';
import { armsOf, methodsOn, trialCount, trialsOf } from '../../../src/estimation/backtest/settings.ts';
import { designNames } from '../../../src/estimation/designs/names.ts';
import { methodNames } from '../../../src/estimation/estimators/names.ts';
import { settingsOf } from './cases.ts';

describe('the arms of a back-test', () => {
  it('are every design with every size, each with the methods that can answer on it', () => {
    const arms = armsOf(
      settingsOf({ designs: ['random', 'lasso'], sizes: [20, 5], methods: ['lasso', 'aipw', 'k-center'] }),
    );
    expect(arms).toEqual([
      { design: 'random', size: 20, methods: ['aipw'] },
      { design: 'random', size: 5, methods: ['aipw'] },
      { design: 'lasso', size: 20, methods: ['lasso', 'aipw'] },
      { design: 'lasso', size: 5, methods: ['lasso', 'aipw'] },
    ]);
  });

  it.each(designNames)('%s: AIPW and the plain mean can answer, in the order asked for', (design) => {
    expect(methodsOn(design, ['random-sampling', 'aipw'])).toEqual(['random-sampling', 'aipw']);
  });

  it('no method is left without a design to be tried on', () => {
    const tried = new Set(designNames.flatMap((design) => methodsOn(design, methodNames)));
    expect([...methodNames].filter((method) => !tried.has(method))).toEqual([]);
  });
});

describe('the trials of a back-test', () => {
  const settings = settingsOf({ splits: ['extrapolation', 'interpolation'], repeats: 3 });

  it('are all repeats of all splits, the splits in turn: half of them tell of all splits', () => {
    expect(trialsOf(settings).map(({ split, repeat }) => `${split} ${repeat}`)).toEqual([
      'extrapolation 0',
      'interpolation 0',
      'extrapolation 1',
      'interpolation 1',
      'extrapolation 2',
      'interpolation 2',
    ]);
  });

  it('are as many as is said', () => {
    for (const one of [settings, settingsOf({ splits: ['interpolation'], repeats: 7 })]) {
      expect(trialCount(one)).toBe(trialsOf(one).length);
    }
  });
});
