import { isDeepStrictEqual } from 'node:util';
import type { FastifyReply, FastifySerializerCompiler } from 'fastify';
import { serializerCompiler as checkingCompiler } from 'fastify-type-provider-zod';
import type { ZodType } from 'zod';

/**
 * Answers as JSON. They are of the type of their schema, or the compiler would have said so: holding each against its schema once
 * more took longer than all else that a short answer takes.
 */
export const plainSerializer: FastifySerializerCompiler<ZodType> = () => (answer) => JSON.stringify(answer);

/** For tests: the same, but an answer that its schema does not know, or knows less of, fails. */
export const checkingSerializer: FastifySerializerCompiler<ZodType> = (route) => {
  const check = checkingCompiler(route as never);
  return (answer) => {
    const text = JSON.stringify(answer);
    if (isDeepStrictEqual(JSON.parse(check(answer)), JSON.parse(text))) return text;
    throw new Error(`${route.method} ${route.url} answers what its schema does not know of`);
  };
};

/** A short text goes out in one piece with its headers, a long one sooner as bytes. */
const mostAsText = 16_384;

/**
 * Sends what does not change: its JSON is made at first use, kept as long as what it says it of, and goes out as it is.
 * @param toWire what to say of it
 */
export function createKeptJson<Source extends object>(
  toWire: (source: Source) => object,
): (reply: FastifyReply, source: Source) => FastifyReply {
  const known = new WeakMap<Source, string | Buffer>();
  return (reply, source) => {
    let json = known.get(source);
    if (json === undefined) {
      const text = serializerOf(reply)(toWire(source));
      json = text.length <= mostAsText ? text : Buffer.from(text);
      known.set(source, json);
    }
    return reply.type(`${jsonType}; charset=utf-8`).send(json);
  };
}

const jsonType = 'application/json';

/** Of a success, whether the route answers in one form or several. */
function serializerOf(reply: FastifyReply): (answer: object) => string {
  const serialize = reply.getSerializationFunction('200', jsonType) ?? reply.getSerializationFunction('200');
  return serialize as (answer: object) => string;
}
