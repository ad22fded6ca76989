import type { Sender } from './open-harness.ts';

/** The samples of an answer of /metrics: values by name and labels, as they stand there. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Names without labels, those of histograms also as their parts. */
export function namesOf(samples: ReadonlyMap<string, number>): ReadonlySet<string> {
  return new Set([...samples.keys()].map((sample) => sample.replace(/\{.*$/s, '')));
}

export async function readMetrics(sender: Sender): Promise<ReadonlyMap<string, number>> {
  return samplesOf((await sender.send('GET', '/metrics')).text);
}
