import type { FastifySerializerCompiler } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';

/**
 * Serialises as everywhere, but for the last field of an answer: megabytes of characters that need no escaping, such as
 * base64. JSON.stringify, and the socket after it, would look at every single one, and take longer than the rest.
 */
export function withLongText(field: string): FastifySerializerCompiler<unknown> {
  return (route) => {
    const serialize = serializerCompiler(route as Parameters<typeof serializerCompiler>[0]);
    return (answer: Record<string, unknown>) => {
      const text = answer?.[field];
      if (typeof text !== 'string') return serialize(answer);
      const rest = serialize({ ...answer, [field]: '' });
      const end = `"${field}":""}`;
      if (!rest.endsWith(end)) throw new Error(`${field} is not the last field of the answer`);
      // Fastify takes bytes as well as text; only its types do not know.
      return Buffer.concat([
        Buffer.from(rest.slice(0, -2)),
        Buffer.from(text, 'latin1'),
        Buffer.from('"}'),
      ]) as unknown as string;
    };
  };
}
