import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON is UTF-8 (RFC 8259): other bytes are refused instead of being stored as question marks. */
export function parseJsonStrictly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Some clients announce JSON on every request; whether a body is needed, its schema knows.
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    let text: string;
    try {
      text = utf8.decode(body);
    } catch (error) {
      done(new DomainError('malformed-body', 'the body is not UTF-8', [], error));
      return;
    }
    if (text.trim() === 'null')
      done(new DomainError('invalid-request', 'the body is null', [{ path: 'body', message: 'is null' }]));
    else parse(request, text, done);
  });
}
