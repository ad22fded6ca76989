import { z } from 'zod';
import { type Runnable, runnableFormats } from '../../exporters/runnable/runnable.ts';
import { benchmarkName, count, revision, seed, timestamp } from './primitives.ts';

export const runnableParts = ['file', 'manifest', 'commands'] as const;

export const coreSetQuery = z
  .strictObject({
    format: z.enum(runnableFormats).optional().meta({
      description: 'In the form in which this harness runs it: files, command lines and a manifest.',
    }),
    part: z.enum(runnableParts).optional().meta({
      description:
        'Of a format, one part alone as it is to be saved: the first file, the manifest or the command lines.',
    }),
  })
  .refine(({ format, part }) => part === undefined || format !== undefined, {
    message: 'goes with a format only',
    path: ['part'],
  });

export const manifest = z
  .object({
    core_set: z.string(),
    benchmark: benchmarkName,
    design: z.string(),
    seed,
    revision,
    population: count,
    created_at: timestamp,
    digest: z.string().meta({ description: 'SHA-256 of all the rest as canonical JSON.' }),
    items: z.array(
      z.object({
        item: z.string(),
        task: z.string().nullable(),
        native_id: z.string().nullable(),
        content_hash: z.string().nullable(),
        inclusion_probability: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Manifest', description: 'What was recommended, to check results against.' });

export const runnable = z
  .object({
    format: z.enum(runnableFormats),
    files: z
      .array(z.object({ name: z.string(), media_type: z.string(), content: z.string() }))
      .meta({ description: 'To be saved under their names; the first is the main one.' }),
    commands: z
      .array(z.string())
      .meta({ description: 'Command lines for a POSIX shell, in order; capitals are to fill in.' }),
    notes: z.array(z.string()).meta({ description: 'What to keep to.' }),
    manifest,
  })
  .meta({ id: 'RunnableCoreSet' });

/** With `part=file`, where it is JSON: what a harness reads is not ours to describe. */
export const harnessFile = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .meta({ id: 'HarnessFile', description: 'A file as the harness reads it.' });

export function toWireRunnable({ format, files, commands, notes, manifest: of }: Runnable) {
  return {
    format,
    files: files.map(({ name, mediaType, content }) => ({ name, media_type: mediaType, content })),
    commands: [...commands],
    notes: [...notes],
    manifest: { ...of, items: [...of.items] },
  };
}
