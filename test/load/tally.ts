/** What became of the requests of one kind. */
export interface KindTally {
  readonly kind: string;
  readonly statuses: ReadonlyMap<number, number>;
  /** Milliseconds of those that were accepted, ascending. */
  readonly accepted: readonly number[];
  /** Connections that were closed without an answer. */
  readonly broken: number;
}

export interface Tally {
  /** Notes how a request ended. */
  answered(kind: string, status: number, milliseconds: number): void;
  /** Something that must not be. */
  wrong(what: string): void;
  broken(kind: string): void;
  kinds(): KindTally[];
  /** The first of what must not be, and how often it was. */
  readonly complaints: ReadonlyMap<string, number>;
}

const newKind = () => ({ statuses: new Map<number, number>(), accepted: [] as number[], broken: 0 });

export function createTally(): Tally {
  const kinds = new Map<string, ReturnType<typeof newKind>>();
  const complaints = new Map<string, number>();

  function of(kind: string) {
    const known = kinds.get(kind) ?? newKind();
    kinds.set(kind, known);
    return known;
  }

  return {
    answered(kind, status, milliseconds) {
      const { statuses, accepted } = of(kind);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status < 400) accepted.push(milliseconds);
    },
    wrong(what) {
      complaints.set(what, (complaints.get(what) ?? 0) + 1);
    },
    broken(kind) {
      of(kind).broken++;
    },
    kinds: () =>
      Array.from(kinds, ([kind, { statuses, accepted, broken }]) => ({
        kind,
        statuses,
        accepted: accepted.toSorted((a, b) => a - b),
        broken,
      })),
    complaints,
  };
}

/** @param sorted ascending */
export function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
