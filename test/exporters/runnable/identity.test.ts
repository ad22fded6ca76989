import { describe, expect, it } from 'vitest';
import { harnessIdentity } from '../../../src/exporters/runnable/identity.ts';
import { item } from './core-sets.ts';

describe('harnessIdentity', () => {
  it.each([
    ['mmlu_anatomy/12', null, null, 'mmlu_anatomy', '12'],
    ['inspect_evals/mmlu_0_shot/12', null, null, 'inspect_evals/mmlu_0_shot', '12'],
    ['q1', null, null, null, 'q1'],
    ['/12', null, null, null, '/12'],
    ['task/', null, null, null, 'task/'],
    ['any name', 'gsm8k', '3', 'gsm8k', '3'],
    ['a/b', 'gsm8k', '3', 'gsm8k', '3'],
    ['t/a/b', 't', null, 't', 'a/b'],
    ['t/', 't', null, 't', 't/'],
    ['q1', 't', null, 't', 'q1'],
    ['t/a/b', null, 'a/b', 't', 'a/b'],
    ['q1', null, 'a', null, 'a'],
  ])('of %j with task %j and id %j is %j, %j', (name, task, nativeId, expectedTask, expectedId) => {
    expect(harnessIdentity(item(name, { task, nativeId }))).toEqual({
      task: expectedTask,
      nativeId: expectedId,
    });
  });
});
