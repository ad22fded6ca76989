import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Problem = components['schemas']['Problem'];
export type Estimate = components['schemas']['Estimate'];

/** A client whose paths, parameters, bodies and answers are those of the OpenAPI document. */
export function connect(baseUrl: string): Client<paths> {
  return createClient<paths>({ baseUrl });
}

/**
 * The answer of a request.
 * @throws Error with what the service says is wrong
 */
export function dataOf<Data>({ data, error }: { readonly data?: Data; readonly error?: Problem }): Data {
  if (error !== undefined) throw new Error(`${error.title}: ${error.detail}`);
  return data as Data;
}
