import { beforeEach, expect, it } from 'vitest';
import {
  askForKey,
  authorization,
  currentKey,
  giveKey,
  isKeyWanted,
  onKeyChange,
} from '../../src/dashboard/api/key.ts';

beforeEach(() => giveKey(null));

it('is asked for once a request without one was refused, and sent once it was given', () => {
  let told = 0;
  const stop = onKeyChange(() => told++);
  expect(authorization()).toEqual({});
  askForKey(currentKey());
  askForKey(currentKey());
  expect(isKeyWanted()).toBe(true);
  expect(told).toBe(1);
  giveKey('secret');
  expect(isKeyWanted()).toBe(false);
  expect(authorization()).toEqual({ authorization: 'Bearer secret' });
  expect(told).toBe(2);
  stop();
  giveKey(null);
  expect(told).toBe(2);
});

it('is not asked for again by requests that were sent with the one before', () => {
  const before = currentKey();
  giveKey('secret');
  askForKey(before);
  expect(isKeyWanted()).toBe(false);
});

it('is asked for again where it was not taken', () => {
  giveKey('wrong');
  askForKey('wrong');
  expect(isKeyWanted()).toBe(true);
});
