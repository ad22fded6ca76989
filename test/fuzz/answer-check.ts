import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, Operation } from './api-document.ts';
import type { Answer } from './sender.ts';

/** Says what is wrong with an answer, by the document; null where nothing is. */
export type AnswerCheck = (operation: Operation, answer: Answer) => string | null;

export function createAnswerCheck(document: ApiDocument): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  // Its types speak of another default export than the one that Node finds.
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'api', ...document });
  const compiled = new Map<string, ValidateFunction>();

  function validatorOf(operation: Operation, status: string, mediaType: string): ValidateFunction {
    const steps = ['paths', operation.path, operation.method.toLowerCase()];
    const pointer = [...steps, 'responses', status, 'content', mediaType, 'schema'].map(escapeStep).join('/');
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` });
    compiled.set(pointer, known);
    return known;
  }

  return (operation, answer) => {
    const { status, headers, body } = answer;
    const declared = [String(status), `${String(status)[0]}XX`].find((name) => name in operation.answers);
    if (declared === undefined) return `status ${status} is not declared`;
    if (status >= 500) return complaintAboutFailure(operation, answer);
    if (headers['x-request-id'] === undefined) return 'there is no x-request-id';
    const mediaTypes = operation.answers[declared];
    if (mediaTypes.length === 0) return body.length === 0 ? null : `status ${status} has a body`;
    const mediaType = String(headers['content-type'] ?? '(none)').split(';')[0];
    if (!mediaTypes.includes(mediaType)) return `content type ${mediaType} is not declared for ${status}`;
    if (!mediaType.endsWith('json') || mediaType.includes('ndjson')) return null;
    const value: { status?: number } = JSON.parse(body.toString('utf8'));
    const validate = validatorOf(operation, declared, mediaType);
    if (!validate(value)) return `the body of ${status} does not fit: ${ajv.errorsText(validate.errors)}`;
    if (status >= 400 && value.status !== status)
      return `the problem says ${value.status}, the answer ${status}`;
    return null;
  };
}

/** Only "too much at once, try later" is an answer that may be had of a service in good health. */
function complaintAboutFailure({ description, answers }: Operation, answer: Answer): string | null {
  const isSaid = '503' in answers || description.includes('503');
  if (answer.status === 503 && answer.headers['retry-after'] !== undefined && isSaid) return null;
  return `status ${answer.status}: ${answer.body.toString('utf8').slice(0, 300)}`;
}

function escapeStep(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
