import type { FastifySchemaCompiler } from 'fastify';
import type { ZodType, z } from 'zod';
import { DomainError, type Issue } from '../errors.ts';

/** Parses each part of a request with its zod schema; complaints keep the path of what they are about. */
export const validatorCompiler: FastifySchemaCompiler<ZodType> = ({ schema, httpPart = 'body' }) => {
  const mayBeEmpty = httpPart === 'querystring' && isEmpty(schema.safeParse({}).data);
  return (data: unknown) => {
    // Most addresses end without a question.
    if (mayBeEmpty && isEmpty(data)) return { value: {} };
    // Fastify says null where there is no body; the JSON value null never gets here.
    const parsed = schema.safeParse(data ?? undefined, { reportInput: true });
    if (parsed.success) return { value: parsed.data };
    const issues = parsed.error.issues.flatMap((issue) => toIssues(issue, httpPart));
    const [{ path, message }] = issues;
    return { error: new DomainError('invalid-request', `${path}: ${message}`, issues) };
  };
};

/** An object without anything in it. */
function isEmpty(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  for (const _ in data) return false;
  return true;
}

/** An answer names no more than so many anyway. */
const maxKeys = 20;

/** A misspelt key is complained about at its own path, something absent as absent. */
function toIssues(issue: z.core.$ZodIssue, httpPart: string): Issue[] {
  const at = (path: readonly PropertyKey[]) => (path.length === 0 ? httpPart : path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, maxKeys)
      .map((key) => ({ path: at([...issue.path, key]), message: 'is not known here' }));
  }
  const isAbsent = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ path: at(issue.path), message: isAbsent ? 'is missing' : issue.message }];
}
