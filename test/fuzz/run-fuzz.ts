import fc from 'fast-check';
import { spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createAnswerCheck } from './answer-check.ts';
import { type Operation, operationsOf, readApiDocument } from './api-document.ts';
import { openFingerprint } from './fingerprint.ts';
import { type Answer, createSender } from './sender.ts';
import { type AimedShot, type ShotKind, shotsAt } from './shots.ts';
import { createWorld } from './world.ts';

export interface FuzzOptions {
  /** At most that many. */
  readonly requests: number;
  readonly seed: number;
  /** Some operations only. */
  readonly only?: readonly string[];
  onProgress?(requests: number, findings: number): void;
}

/** Something that must not be, and the request that showed it. */
export interface Finding {
  readonly operationId: string;
  readonly kind: ShotKind;
  readonly complaint: string;
  readonly request: string;
}

export interface FuzzReport {
  readonly requests: number;
  /** Answers by operation and status. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly kinds: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Lines of the log at the level of an error, each with its request. */
  readonly errors: readonly { readonly line: string; readonly request: string }[];
  readonly isAlive: boolean;
  readonly integrity: string;
  readonly rows: Readonly<Record<string, number>>;
}

const settings = { BENCHCAST_LOG_LEVEL: 'info', BENCHCAST_RATE_LIMIT: '0' };
const stockEvery = 400;
const mostFindings = 50;

/**
 * Asks a service, as a process of its own on a database of its own, everything that its OpenAPI document says it can be asked,
 * and much that it does not say; one request after another, so that what changes the database is known.
 */
export async function runFuzz({ requests, seed, only, onProgress }: FuzzOptions): Promise<FuzzReport> {
  using folder = temporaryFolder();
  const path = folder.path('fuzz.db');
  await using service = await spawnService({ ...settings, BENCHCAST_DATABASE: path });
  using sender = createSender(service.address);
  using fingerprint = openFingerprint(path);
  const document = readApiDocument();
  const wanted = operationsOf(document).filter(({ operationId }) => only?.includes(operationId) ?? true);
  // Twice as much can be wrong with a body.
  const operations = [...wanted, ...wanted.filter(({ bodies }) => Object.keys(bodies).length > 0)];
  const world = createWorld(sender);
  const check = createAnswerCheck(document);
  const tally = createTally();

  async function fire(operation: Operation, shot: AimedShot): Promise<void> {
    const before = fingerprint.read();
    const answer = await sender.send(shot);
    tally.count(operation, shot, answer);
    const wrong = isMeant(operation, shot) ? check(operation, answer) : complaintAboutStray(answer);
    if (wrong !== null) tally.find(operation, shot, wrong);
    if (answer.status >= 400 && fingerprint.read() !== before) {
      tally.find(operation, shot, `${answer.status} changed the database`);
    }
    world.learn(shot, answer);
    if (answer.status === 202) await world.settle(answer);
  }

  for (let number = 0; number < requests && tally.findings.length < mostFindings; number++) {
    if (number % stockEvery === 0) {
      await world.stock();
      onProgress?.(number, tally.findings.length);
    }
    const operation = operations[number % operations.length];
    const [shot] = fc.sample(shotsAt(document, operation, world.vocabularyFor(operation)), {
      seed: seed * 1_000_003 + number,
      numRuns: 1,
    });
    try {
      await fire(operation, shot);
    } catch (error) {
      tally.find(operation, shot, `no answer: ${(error as Error).message}`);
      if (service.process.exitCode !== null) break;
    }
  }
  return {
    ...tally.report(),
    errors: service.lines
      .filter((line) => JSON.parse(line).level >= 50)
      .map((line) => ({ line, request: tally.requestOf(JSON.parse(line).request_id) })),
    isAlive: await isAlive(service.address),
    integrity: fingerprint.integrity(),
    rows: fingerprint.counts(),
  };
}

/** An odd address may be that of nothing, or of another operation: then the document says nothing of what it answers. */
function isMeant({ path }: Operation, shot: AimedShot): boolean {
  const [address] = shot.path.split(/[?#]/);
  const pattern = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(address);
}

function complaintAboutStray({ status, headers }: Answer): string | null {
  if (status >= 500) return `status ${status}`;
  const isProblem = String(headers['content-type']).startsWith('application/problem+json');
  return status >= 400 && !isProblem ? `${status} is no problem+json` : null;
}

async function isAlive(address: string): Promise<boolean> {
  const response = await fetch(`${address}/readyz`).catch(() => null);
  return response?.status === 200;
}

function createTally() {
  const statuses: Record<string, Record<string, number>> = {};
  const kinds: Record<string, number> = {};
  const findings: Finding[] = [];
  const byId = new Map<string, string>();
  let requests = 0;
  return {
    findings,
    count({ operationId }: Operation, shot: AimedShot, { status, headers }: Answer): void {
      const { kind } = shot;
      requests++;
      byId.set(String(headers['x-request-id']), describe(shot));
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      statuses[operationId] ??= {};
      statuses[operationId][status] = (statuses[operationId][status] ?? 0) + 1;
    },
    find({ operationId }: Operation, shot: AimedShot, complaint: string): void {
      findings.push({ operationId, kind: shot.kind, complaint, request: describe(shot) });
    },
    requestOf: (id: string) => byId.get(id) ?? '(none)',
    report: () => ({ requests, statuses, kinds, findings }),
  };
}

const mostShown = 600;

function describe({ method, path, headers, body }: AimedShot): string {
  const text = `${method} ${path} ${JSON.stringify(headers)} ${body === null ? '' : body.toString('latin1')}`;
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}... (${text.length})`;
}
