import { z } from 'zod';

export const maxKeyLength = 255;

/** Of every POST. */
export const retryHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, `must be 1 to ${maxKeyLength} printable ASCII characters`)
    .optional()
    .meta({
      minLength: 1,
      maxLength: maxKeyLength,
      description:
        'Makes a retry safe: for 24 hours the same request with the same key is answered as the first one was, and not done again. The same key with another request is 422, while the first one is under way 409. Refusals and failures are not remembered.',
      examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
    }),
});
