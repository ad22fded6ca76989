import { expect, it } from 'vitest';
import { collectYoungGarbage } from '../../src/storage/collect-garbage.ts';

it('lets go of buffers that nobody holds, and leaves nothing behind that others could call', () => {
  const megabytes = () => process.memoryUsage().arrayBuffers / 2 ** 20;
  collectYoungGarbage();
  const before = megabytes();
  for (let k = 0; k < 2000; k++) Buffer.alloc(10_240);
  const held = megabytes();
  collectYoungGarbage();
  expect(megabytes()).toBeLessThan(Math.max(before, held) + 1);
  expect(megabytes()).toBeLessThan(before + 10);
  expect('gc' in globalThis).toBe(false);
});
