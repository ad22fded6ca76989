import type { FastifySchemaCompiler } from 'fastify';
import type { ZodType } from 'zod';
import { DomainError } from '../errors.ts';

/** Parses each part of a request with its zod schema; complaints keep the path of what they are about. */
export const validatorCompiler: FastifySchemaCompiler<ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    // Fastify says null where there is no body; the JSON value null never gets here.
    const parsed = schema.safeParse(data ?? undefined);
    if (parsed.success) return { value: parsed.data };
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.length === 0 ? (httpPart ?? 'body') : path.join('.'),
      message,
    }));
    const [{ path, message }] = issues;
    return { error: new DomainError('invalid-request', `${path}: ${message}`, issues) };
  };
