import { type Belongings, chooseOperation, type Kind, type Operation, type World } from './operations.ts';

export interface Tally {
  acknowledged: Record<Kind, number>;
  /** Sent, and cut off before an answer came. */
  unacknowledged: Record<Kind, number>;
  /** Refused by a service that had enough to do: they did nothing. */
  refused: number;
  /** Keyed requests sent again though they had been answered. */
  repeated: number;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly isReplayed: boolean;
}

/** An operation that was answered, and what it was answered. */
export interface Acknowledged {
  readonly operation: Operation;
  readonly answer: Answered;
}

export interface CrashClient {
  readonly own: Belongings;
  /** Writes without a pause until the service is gone; answers what is then not known to have been done or not. */
  writeUntilGone(address: string): Promise<Operation>;
  /** Some of what was answered under a key since the service started. */
  takeKeyed(): Acknowledged[];
}

const maxKeyed = 3;

export function createCrashClient(world: World, tally: Tally): CrashClient {
  const own: Belongings = { models: [], evaluations: [], benchmarks: [] };
  let keyed: Acknowledged[] = [];

  async function writeOnce(address: string): Promise<Operation | null> {
    const operation = chooseOperation(world, own);
    const answer = await send(address, operation);
    if (answer === null) {
      tally.unacknowledged[operation.kind]++;
      return operation;
    }
    if (answer.status === 429 || answer.status === 503) {
      tally.refused++;
      return null;
    }
    acknowledge(operation, answer, tally);
    if (!operation.isKeyed) return null;
    keyed = [...keyed, { operation, answer }].slice(-maxKeyed);
    if (Math.random() < 0.1) await repeat(address, { operation, answer }, tally);
    return null;
  }

  return {
    own,
    async writeUntilGone(address) {
      for (;;) {
        const unknown = await writeOnce(address);
        if (unknown !== null) return unknown;
      }
    },
    takeKeyed() {
      const taken = keyed;
      keyed = [];
      return taken;
    },
  };
}

/** Takes an answer for granted from now on. @throws Error it is not what was asked for */
export function acknowledge(operation: Operation, { status, text }: Answered, tally: Tally): void {
  const answer = text === '' ? null : JSON.parse(text);
  if (status < 200 || status > 299 || !operation.check(answer)) {
    throw new Error(`${describe(operation)} was answered ${status}: ${text.slice(0, 400)}`);
  }
  operation.expect(answer?.id === undefined ? [] : [answer.id]);
  tally.acknowledged[operation.kind]++;
}

/** Sends what was answered once more: the same answer, or none since the service is gone. */
export async function repeat(
  address: string,
  { operation, answer }: Acknowledged,
  tally: Tally,
): Promise<void> {
  const again = await sendPatiently(address, operation);
  if (again === null) return;
  tally.repeated++;
  if (again.isReplayed && again.status === answer.status && again.text === answer.text) return;
  throw new Error(
    `${describe(operation)} was answered ${answer.status} ${answer.text.slice(0, 300)}, and then ${again.status} ${again.text.slice(0, 300)}`,
  );
}

/** Until there is an answer other than to come later; null where the service is gone. */
export async function sendPatiently(address: string, operation: Operation): Promise<Answered | null> {
  for (;;) {
    const answer = await send(address, operation);
    if (answer === null || (answer.status !== 429 && answer.status !== 503 && answer.status !== 409))
      return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function send(address: string, { request }: Operation): Promise<Answered | null> {
  try {
    const { method, path, headers, body } = request;
    const init = { method, headers, ...(body !== undefined && { body: body as string }) };
    const response = await fetch(`${address}${path}`, init);
    const text = await response.text();
    return { status: response.status, text, isReplayed: response.headers.has('idempotent-replayed') };
  } catch {
    return null;
  }
}

export function describe({ kind, request }: Operation): string {
  return `${kind} (${request.method} ${request.path}${request.headers['idempotency-key'] ? ', keyed' : ''})`;
}
