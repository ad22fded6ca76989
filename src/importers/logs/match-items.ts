import { DomainError, type Issue } from '../../errors.ts';
import { isName } from '../../scores/names.ts';
import type { LogItem, Measure } from './score-log.ts';

/** An item that the benchmark has already. */
export interface KnownItem {
  readonly item: string;
  /** Its task, id and content hash as a harness has them; null where they were never told. */
  readonly task: string | null;
  readonly nativeId: string | null;
  readonly contentHash: string | null;
  /** By which its scores are stored; null where that was never told. */
  readonly measure: Measure | null;
}

/** A sample that lay under another item's id: the content tells. */
export interface Remapping {
  readonly from: string;
  readonly to: string;
}

export interface MatchedItems {
  /** By index of the log's item: the name in the benchmark. */
  readonly names: ReadonlyMap<number, string>;
  readonly remapped: readonly Remapping[];
}

export interface MatchOptions {
  /** Whether ids are taken at their word, whatever the content. */
  readonly ignoresContent: boolean;
  /** Items that were asked for: where copies of a question are told apart by nothing, one of these is meant. */
  readonly wanted?: ReadonlySet<string> | undefined;
}

/** The items of a benchmark, as a log may call them. */
export class KnownItems {
  readonly #byIdentity = new Map<string, KnownItem>();
  readonly #byName = new Map<string, KnownItem>();
  readonly #byContent = new Map<string, string[]>();
  readonly #measures = new Map<string | null, Measure>();

  constructor(items: readonly KnownItem[]) {
    for (const item of items) this.add(item);
  }

  /** What one run brings, the next one can be checked against. */
  add(known: KnownItem): void {
    const { item, task, nativeId, contentHash, measure } = known;
    if (this.#byName.has(item)) return;
    this.#byName.set(item, known);
    if (measure !== null && !this.#measures.has(task)) this.#measures.set(task, measure);
    if (nativeId === null) return;
    this.#byIdentity.set(identityKey(task, nativeId), known);
    if (contentHash === null) return;
    const key = identityKey(task, contentHash);
    const same = this.#byContent.get(key);
    if (same === undefined) this.#byContent.set(key, [item]);
    else same.push(item);
  }

  /**
   * By task and id, or by the name that these would give it; where the log has one task only, by the id alone. A name says
   * nothing of an item that is known to have another id or task.
   */
  find({ task, id }: LogItem, isOnlyTask: boolean): KnownItem | undefined {
    const identified =
      this.#byIdentity.get(identityKey(task, id)) ??
      (isOnlyTask ? this.#byIdentity.get(identityKey(null, id)) : undefined);
    if (identified !== undefined) return identified;
    const names = isOnlyTask ? [itemName(task, id), id] : [itemName(task, id)];
    return names
      .map((name) => this.#byName.get(name))
      .find((known) => known?.nativeId === null && (known.task === null || known.task === task));
  }

  /** The names of the items of a task with some content. */
  withContent(task: string | null, hash: string): readonly string[] {
    return this.#byContent.get(identityKey(task, hash)) ?? [];
  }

  /** By which the scores of a task are stored; null where nobody said. */
  measureOf(task: string | null): Measure | null {
    return this.#measures.get(task) ?? null;
  }
}

function identityKey(task: string | null, id: string): string {
  return task === null ? `\n${id}` : `${task}\n${id}`;
}

/** What an item of a harness is called in a benchmark. */
export function itemName(task: string | null, id: string): string {
  return task === null ? id : `${task}/${id}`;
}

/**
 * Finds the items of the benchmark that the items of a log are, run by run. What holds for every run is looked up once.
 */
export class ItemMatcher {
  readonly #items: readonly LogItem[];
  readonly #known: KnownItems;
  readonly #options: MatchOptions;
  readonly #isOnlyTask: boolean;
  readonly #labels = new Map<number, Label>();

  constructor(items: readonly LogItem[], known: KnownItems, options: MatchOptions) {
    this.#items = items;
    this.#known = known;
    this.#options = options;
    this.#isOnlyTask = new Set(items.map(({ task }) => task)).size === 1;
  }

  /**
   * Where an item and the one stored under its id both have a content hash by the same recipe and they differ, the
   * stored item of that content is meant: lm-eval labels samples wrongly when they are asked for out of order.
   * @param indices the items of one file of a run
   * @param claimed the names that the run has taken already; gains those taken here
   * @throws DomainError content-mismatch: a content that no item has; invalid-request: an id that cannot be a name
   */
  match(indices: Iterable<number>, claimed: Set<string>): MatchedItems {
    const names = new Map<number, string>();
    const displaced: number[] = [];
    for (const index of indices) {
      const { name, isOther } = this.#labelOf(index);
      if (isOther) {
        displaced.push(index);
        continue;
      }
      names.set(index, name);
      claimed.add(name);
    }
    const remapped: Remapping[] = [];
    const lost: string[] = [];
    for (const index of displaced) {
      const { name } = this.#labelOf(index);
      const meant = this.#withContentOf(index, claimed);
      if (meant === undefined) {
        lost.push(name);
        continue;
      }
      names.set(index, meant);
      claimed.add(meant);
      remapped.push({ from: name, to: meant });
    }
    refuseLost(lost, remapped.length);
    return { names, remapped };
  }

  /** Whether the benchmark has this item. */
  isKnown(index: number): boolean {
    return this.#known.find(this.#items[index], this.#isOnlyTask) !== undefined;
  }

  #labelOf(index: number): Label {
    const looked = this.#labels.get(index);
    if (looked !== undefined) return looked;
    const item = this.#items[index];
    const stored = this.#known.find(item, this.#isOnlyTask);
    const label = {
      name: stored?.item ?? checkName(itemName(item.task, item.id)),
      isOther: stored !== undefined && !this.#options.ignoresContent && isOther(item, stored),
      task: stored?.task ?? item.task,
    };
    this.#labels.set(index, label);
    return label;
  }

  /** Copies of one question share a content: one that was asked for and is not taken yet. */
  #withContentOf(index: number, claimed: ReadonlySet<string>): string | undefined {
    const candidates = this.#known
      .withContent(this.#labelOf(index).task, this.#items[index].hash!)
      .filter((name) => !claimed.has(name));
    return candidates.find((name) => this.#options.wanted?.has(name)) ?? candidates[0];
  }
}

/** The stored item whose id an item of a log bears. */
interface Label {
  readonly name: string;
  /** Whether its content is another one. */
  readonly isOther: boolean;
  readonly task: string | null;
}

/** Hashes by different recipes say nothing about each other. */
function isOther({ hash }: LogItem, { contentHash }: KnownItem): boolean {
  if (hash === null || contentHash === null || hash === contentHash) return false;
  return recipeOf(hash) === recipeOf(contentHash);
}

function recipeOf(hash: string): string {
  return hash.slice(0, hash.indexOf(':'));
}

function checkName(name: string): string {
  const shown = JSON.stringify(name.slice(0, 80));
  if (isName(name)) return name;
  throw new DomainError(
    'invalid-request',
    `the id ${shown} cannot be the name of an item: 1 to 255 printable characters; nothing was stored`,
    [{ path: 'item', message: `${shown} is no name` }],
  );
}

function refuseLost(lost: readonly string[], found: number): void {
  if (lost.length === 0) return;
  throw new DomainError(
    'content-mismatch',
    `${lost.length} items have another content than what is stored under their id, and no stored item has that content (${found} others were found by theirs): another revision of the dataset? content=ignore takes ids at their word; nothing was stored`,
    lost.map((name): Issue => ({ path: `item ${name}`, message: 'has another content than what is stored' })),
  );
}
