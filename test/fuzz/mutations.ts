import fc from 'fast-check';
import { nastyText, nastyValue } from './nasty.ts';

type Step = string | number;

/** All places within a JSON value. */
function placesIn(value: unknown, at: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [Step, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...entries.flatMap(([step, inner]) => placesIn(inner, [...at, step]))];
}

function change(value: unknown, place: readonly Step[], edit: (holder: object, step: Step) => void): unknown {
  const copy = structuredClone({ root: value });
  const steps: Step[] = ['root', ...place];
  let holder: Record<Step, unknown> = copy;
  for (const step of steps.slice(0, -1)) holder = holder[step] as Record<Step, unknown>;
  edit(holder, steps.at(-1)!);
  return copy.root;
}

function define(holder: object, name: Step, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A value that was right, with one thing in it that likely is not. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const place = fc.constantFrom(...placesIn(value));
  const replaced = fc
    .tuple(place, nastyValue)
    .map(([at, other]) => change(value, at, (holder, step) => define(holder, step, other)));
  const removed = place.map((at) =>
    change(value, at, (holder, step) => {
      if (Array.isArray(holder)) holder.splice(Number(step), 1);
      else delete (holder as Record<Step, unknown>)[step];
    }),
  );
  const added = fc.tuple(place, nastyText, nastyValue).map(([at, name, other]) =>
    change(value, at, (holder, step) => {
      const inner = (holder as Record<Step, unknown>)[step];
      if (Array.isArray(inner)) inner.push(other);
      else if (typeof inner === 'object' && inner !== null) define(inner, name, other);
      else define(holder, step, { [name]: other });
    }),
  );
  const doubled = place.map((at) =>
    change(value, at, (holder, step) => {
      const inner = (holder as Record<Step, unknown>)[step];
      if (Array.isArray(inner)) inner.push(...inner);
    }),
  );
  return fc.oneof({ weight: 4, arbitrary: replaced }, removed, added, doubled);
}

/** Bytes of a file, damaged. */
export function damaged(bytes: Buffer): fc.Arbitrary<Buffer> {
  const position = fc.nat({ max: Math.max(0, bytes.length - 1) });
  return fc.oneof(
    position.map((end) => bytes.subarray(0, end)),
    fc
      .tuple(position, fc.uint8Array({ minLength: 1, maxLength: 8 }))
      .map(([at, other]) => Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + 1)])),
    fc
      .tuple(position, nastyText)
      .map(([at, text]) => Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)])),
    fc.constant(Buffer.concat([bytes, bytes])),
    fc.uint8Array({ maxLength: 300 }).map((other) => Buffer.from(other)),
  );
}
