import { expect, it } from 'vitest';
import { DomainError } from '../../src/errors.ts';
import { createImportMemory } from '../../src/services/import-memory.ts';

it('has room for so many bytes of all imports, and says to whom it has none why', async () => {
  const memory = createImportMemory({ maxImportBytes: 100 });
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const fill = (bytes: number, wait: Promise<void> = Promise.resolve()) =>
    memory.use(async (table) => {
      for (let j = 0; j < bytes; j++) table.itemIndex(`q${j}`);
      table.row('m');
      await wait;
    });
  const first = fill(60, over);
  await expect(fill(60)).rejects.toMatchObject({ code: 'queue-full' });
  await expect(fill(101)).rejects.toMatchObject({ code: 'too-large' });
  await fill(40);
  end();
  await first;
  await fill(100);
  await expect(fill(101)).rejects.toBeInstanceOf(DomainError);
});
