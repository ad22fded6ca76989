import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { barPattern, rerunSession } from '../support/recorded-session.ts';
import { fencesOf, isRecording, normalised, readDocument, writeDocument } from '../support/recordings.ts';

const path = 'docs/command-line.md';
const hasTools = ['python3', 'bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.skipIf(!hasTools)('the recorded session', () => {
  it('prints what it shows', { timeout: 180_000 }, async () => {
    const recorded = await rerunSession(readDocument(path), isRecording);
    if (isRecording) writeDocument(path, recorded);
    expect(normalised(recorded)).toBe(normalised(readDocument(path)));
  });

  it('shows a bar as a terminal does', { timeout: 60_000 }, async () => {
    const small = [
      `python3 -c 'for m in range(120): print(f"m{m}" + ",1" * 4000)' > rows.csv`,
      `(python3 -c 'print("model", *range(4000), sep=",")'; cat rows.csv) > small.csv`,
      'benchcast import small.csv --benchmark small | tail -n 1',
    ];
    const rerun = await rerunSession(
      `\`\`\`terminal\n${small.map((line) => `$ ${line}\n`).join('')}\`\`\`\n`,
      true,
    );
    const [shown] = fencesOf(readDocument(path)).filter(({ language }) => language === 'terminal');
    for (const text of [rerun, shown.text]) expect(formOf(text)).toEqual(formOf(shown.text));
    expect(shares(rerun).at(-1)).toBe(100);
    expect(shares(shown.text).length).toBeGreaterThan(2);
    expect(shares(shown.text)).toEqual(shares(shown.text).toSorted((a, b) => a - b));
  });
});

/** What a terminal shows behind the command, without its figures. */
function formOf(text: string): string[] {
  const lines = text.slice(text.lastIndexOf('\n$ ')).trim().split('\n').slice(1);
  const forms = lines.map((line) =>
    line.replaceAll(/[=-]{30}/g, 'BAR').replaceAll(/"\w+"|\d+(\.\d+)?/g, 'N'),
  );
  return [...new Set(forms)].filter((line) => line !== '```');
}

function shares(text: string): number[] {
  return text
    .split('\n')
    .filter((line) => barPattern.test(line))
    .map((line) => Number(/(\d+) %/.exec(line)?.[1]));
}
