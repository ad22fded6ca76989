import { z } from 'zod';

export const problem = z
  .object({
    type: z.string().meta({
      description: 'Address of a page about this kind of problem.',
      examples: ['/problems/invalid-request'],
    }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({
        description: 'What is wrong where, up to twenty.',
        examples: [[{ path: 'results.3.score', message: 'must be a number or a boolean' }]],
      }),
  })
  .meta({ id: 'Problem', description: 'Any error, as RFC 9457 has it.' });

const response = { content: { 'application/problem+json': { schema: problem } } };

/** Every route answers errors alike. */
export const problemResponses = {
  '4xx': { description: 'The request cannot be done as it stands; nothing was changed.', ...response },
  '5xx': { description: 'The service failed; nothing was changed.', ...response },
};
