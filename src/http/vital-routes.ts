import type { FastifyRequest } from 'fastify';

const urls: readonly (string | undefined)[] = ['/livez', '/readyz', '/metrics'];

/** What must be answered whatever else is: whoever runs the service looks there when it is in trouble. */
export function isVital({ routeOptions }: FastifyRequest): boolean {
  return urls.includes(routeOptions.url);
}
