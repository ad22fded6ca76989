import { DomainError, type Issue } from '../errors.ts';
import { isSmallJson, type Metadata, maxMetadataCharacters } from '../scores/metadata.ts';
import type { Database } from './database.ts';
import { type Page, type PageRequest, toPage } from './paging.ts';
import type { RevisionCounter } from './revisions.ts';

export interface Item {
  readonly position: number;
  readonly item: string;
  readonly group: string | null;
  readonly metadata: Metadata | null;
}

/** What to change of one item; what is left out stays. */
export interface ItemChange {
  readonly item: string;
  readonly group?: string | null | undefined;
  /** Merged into the stored metadata key by key; null removes a key. */
  readonly metadata?: Metadata | undefined;
}

export interface ItemStore {
  list(benchmarkId: number, request: PageRequest): Promise<Page<Item>>;
  /** Of every item, by position. */
  names(benchmarkId: number): Promise<string[]>;
  /** Every item, as harnesses know it, by position. */
  identities(benchmarkId: number): Promise<ItemIdentity[]>;
  /** The same of some positions. */
  identitiesAt(benchmarkId: number, positions: Int32Array): Promise<ItemIdentity[]>;
  /** All or nothing. @throws DomainError unknown-item */
  update(benchmarkId: number, changes: readonly ItemChange[]): Promise<void>;
}

/** An item as harnesses know it, from its metadata; null = not told. */
export interface ItemIdentity {
  readonly item: string;
  readonly group: string | null;
  readonly task: string | null;
  readonly nativeId: string | null;
  readonly contentHash: string | null;
  /** Whose id it is. */
  readonly harness: string | null;
  /** By which its scores are stored. */
  readonly measure: { readonly metric: string; readonly filter: string | null } | null;
}

interface ItemRow {
  position: number;
  item: string;
  group_name: string | null;
  metadata: string | null;
}

interface IdentityRow {
  item: string;
  group_name: string | null;
  task: unknown;
  native_id: unknown;
  content_hash: unknown;
  harness: unknown;
  metric: unknown;
  filter: unknown;
}

export function createItemStore(database: Database, revisions: RevisionCounter): ItemStore {
  const page = database.prepare<[number, number, number], ItemRow>(
    'SELECT * FROM items WHERE benchmark_id = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const names = database
    .prepare<[number], string>('SELECT item FROM items WHERE benchmark_id = ? ORDER BY position')
    .pluck();
  const identity = `SELECT item, group_name, metadata ->> '$.task' AS task, metadata ->> '$.native_id' AS native_id,
       metadata ->> '$.content_hash' AS content_hash, metadata ->> '$.harness' AS harness,
       metadata ->> '$.metric' AS metric, metadata ->> '$.filter' AS filter
     FROM items WHERE benchmark_id = ?`;
  const identities = database.prepare<[number], IdentityRow>(`${identity} ORDER BY position`);
  const identityAt = database.prepare<[number, number], IdentityRow>(`${identity} AND position = ?`);
  const byName = database.prepare<[number, string], ItemRow>(
    'SELECT * FROM items WHERE benchmark_id = ? AND item = ?',
  );
  const save = database.prepare<[string | null, string | null, number, number]>(
    'UPDATE items SET group_name = ?, metadata = ? WHERE benchmark_id = ? AND position = ?',
  );

  const update = database.transaction((benchmarkId: number, changes: readonly ItemChange[]) => {
    const issues: Issue[] = [];
    let regrouped = false;
    changes.forEach((change, index) => {
      const row = byName.get(benchmarkId, change.item);
      if (row === undefined) {
        issues.push({ path: `items.${index}.item`, message: `there is no item "${change.item}"` });
        return;
      }
      const group = change.group === undefined ? row.group_name : change.group;
      regrouped ||= group !== row.group_name;
      const metadata = mergeMetadata(row.metadata, change.metadata, `items.${index}.metadata`);
      save.run(group, metadata, benchmarkId, row.position);
    });
    if (issues.length > 0) {
      throw new DomainError(
        'unknown-item',
        'some items are not in this benchmark; nothing was changed',
        issues,
      );
    }
    if (regrouped) revisions.advance(benchmarkId, { itemsChanged: true });
  });

  return {
    list: async (benchmarkId, { limit, after }) =>
      toPage(page.all(benchmarkId, after ?? -1, limit + 1), limit, (row) => row.position, toItem),
    names: async (benchmarkId) => names.all(benchmarkId),
    identities: async (benchmarkId) => identities.all(benchmarkId).map(toIdentity),
    identitiesAt: async (benchmarkId, positions) =>
      Array.from(positions, (position) => toIdentity(identityAt.get(benchmarkId, position)!)),
    update: async (benchmarkId, changes) => update.immediate(benchmarkId, changes),
  };
}

function toItem(row: ItemRow): Item {
  return {
    position: row.position,
    item: row.item,
    group: row.group_name,
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
  };
}

/** Numbers are as good as texts here, anything else says nothing. */
function toIdentity(row: IdentityRow): ItemIdentity {
  const textOf = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  const metric = textOf(row.metric);
  return {
    item: row.item,
    group: row.group_name,
    task: textOf(row.task),
    nativeId: textOf(row.native_id),
    contentHash: textOf(row.content_hash),
    harness: textOf(row.harness),
    measure: metric === null ? null : { metric, filter: textOf(row.filter) },
  };
}

function mergeMetadata(stored: string | null, change: Metadata | undefined, path: string): string | null {
  if (change === undefined) return stored;
  const merged = new Map<string, unknown>(stored === null ? [] : Object.entries(JSON.parse(stored)));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  const metadata = Object.fromEntries(merged);
  if (!isSmallJson(metadata)) {
    const message = `would be more than ${maxMetadataCharacters} characters of JSON with what is stored`;
    throw new DomainError('invalid-request', `${path} ${message}; nothing was changed`, [{ path, message }]);
  }
  return merged.size === 0 ? null : JSON.stringify(metadata);
}
