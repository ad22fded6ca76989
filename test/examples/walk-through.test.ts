import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { rerunCells } from '../support/recorded-cells.ts';
import { isRecording, normalised, readDocument, writeDocument } from '../support/recordings.ts';
import { spawnService } from '../support/spawn-service.ts';

const path = 'docs/walk-through.md';
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('the walk-through', () => {
  it('prints what it shows', { timeout: 120_000 }, async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const recorded = await rerunCells(readDocument(path), service.address);
    if (isRecording) writeDocument(path, recorded);
    expect(normalised(recorded)).toBe(normalised(readDocument(path)));
  });
});
