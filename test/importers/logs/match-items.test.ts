import { describe, expect, it } from 'vitest';
import { ItemMatcher, type KnownItem, KnownItems } from '../../../src/importers/logs/match-items.ts';
import type { LogItem } from '../../../src/importers/logs/score-log.ts';
import { refusalOf } from '../../support/logs.ts';

function known(item: string, more: Partial<KnownItem> = {}): KnownItem {
  return { item, task: null, nativeId: null, contentHash: null, measure: null, ...more };
}

function seen(id: string, hash: string | null = null, task: string | null = 't'): LogItem {
  return { task, id, hash: hash && `r:${hash}`, group: null };
}

/** Items t/0, t/1, ... with contents a, b, ... */
function stored(contents: string): KnownItem[] {
  return [...contents].map((content, k) =>
    known(`t/${k}`, { task: 't', nativeId: String(k), contentHash: `r:${content}` }),
  );
}

function match(
  items: readonly LogItem[],
  bank: readonly KnownItem[],
  options: { ignoresContent?: boolean; wanted?: ReadonlySet<string> } = {},
) {
  const matcher = new ItemMatcher(items, new KnownItems(bank), { ignoresContent: false, ...options });
  const { names, remapped } = matcher.match(items.keys(), new Set());
  return { names: items.map((_, index) => names.get(index)), remapped };
}

const refusal = (...args: Parameters<typeof match>) => refusalOf((async () => match(...args))());

describe('the items that samples are of', () => {
  it('are new ones named by task and id', () => {
    expect(match([seen('7'), seen('x', null, null)], []).names).toEqual(['t/7', 'x']);
  });

  it('are found by the task and id in their metadata, whatever they are called', () => {
    const bank = [known('question one', { task: 't', nativeId: '7' })];
    expect(match([seen('7')], bank).names).toEqual(['question one']);
    expect(match([seen('7', null, 'u')], bank).names).toEqual(['u/7']);
  });

  it('are found by the name they would be given', () => {
    expect(match([seen('7')], [known('t/7')]).names).toEqual(['t/7']);
  });

  it('are found by the id alone where the log has one task and the item none', () => {
    expect(match([seen('7')], [known('7')]).names).toEqual(['7']);
    expect(match([seen('7'), seen('8', null, 'u')], [known('7')]).names).toEqual(['t/7', 'u/8']);
    expect(match([seen('7')], [known('7', { nativeId: '7' })]).names).toEqual(['7']);
    expect(match([seen('7')], [known('q', { nativeId: '7' })]).names).toEqual(['q']);
    expect(match([seen('7'), seen('8', null, 'u')], [known('q', { nativeId: '7' })]).names).toEqual([
      't/7',
      'u/8',
    ]);
    expect(match([seen('7')], [known('q', { task: 'u', nativeId: '7' })]).names).toEqual(['t/7']);
  });

  it('are not found by the name of an item that is known to have another id', () => {
    expect(match([seen('7')], [known('7', { nativeId: '8' })]).names).toEqual(['t/7']);
    expect(match([seen('7')], [known('7', { task: 'u', nativeId: '7' })]).names).toEqual(['t/7']);
    const bank = [known('7', { task: 't', nativeId: '8' }), known('q', { task: 't', nativeId: '7' })];
    expect(match([seen('7')], bank).names).toEqual(['q']);
    // Nor by that of one of another task.
    expect(match([seen('7')], [known('7', { task: 'u' })]).names).toEqual(['t/7']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('may be called %s', (name) => {
    expect(match([seen(name, null, null)], []).names).toEqual([name]);
    expect(match([seen(name, null, name)], [known('x', { task: name, nativeId: name })]).names).toEqual([
      'x',
    ]);
  });

  it.each(['', 'a\nb', 'x'.repeat(254), '\ud800'])('cannot be called %j', async (id) => {
    expect(await refusal([seen(id === '' ? '' : id, null, id === '' ? null : 't')], [])).toMatch(
      /^invalid-request: the id/,
    );
  });
});

describe('samples under the id of another item', () => {
  it('are of the item with their content', () => {
    const { names, remapped } = match([seen('0', 'b'), seen('1', 'c'), seen('2', 'a')], stored('abc'));
    expect(names).toEqual(['t/1', 't/2', 't/0']);
    expect(remapped).toEqual([
      { from: 't/0', to: 't/1' },
      { from: 't/1', to: 't/2' },
      { from: 't/2', to: 't/0' },
    ]);
  });

  it('are refused where no item has their content', async () => {
    const message = await refusal([seen('0', 'x'), seen('1', 'a')], stored('abc'));
    expect(message).toMatch(/^content-mismatch: 1 items have another content.*1 others were found/);
  });

  it('are refused where the item of their content is there by its own id', async () => {
    expect(await refusal([seen('0', 'a'), seen('1', 'a')], stored('ab'))).toMatch(/^content-mismatch/);
  });

  it('are not looked for in other tasks', async () => {
    const bank = [...stored('a'), known('u/0', { task: 'u', nativeId: '0', contentHash: 'r:x' })];
    expect(await refusal([seen('0', 'x')], bank)).toMatch(/^content-mismatch/);
  });

  it('are taken at their word where the caller says so', () => {
    const { names, remapped } = match([seen('0', 'b')], stored('ab'), { ignoresContent: true });
    expect(names).toEqual(['t/0']);
    expect(remapped).toEqual([]);
  });

  it('of a content that several items have are told apart one by one', () => {
    const { names } = match([seen('0', 'b'), seen('1', 'a'), seen('2', 'a')], stored('aab'));
    expect(new Set(names)).toEqual(new Set(['t/0', 't/1', 't/2']));
    expect(names[0]).toBe('t/2');
    expect(names[1]).toBe('t/1');
    expect(names[2]).toBe('t/0');
  });

  it('of a content that several items have are of one that was asked for', () => {
    const wanted = new Set(['t/1']);
    expect(match([seen('2', 'a')], stored('aab'), { wanted }).names).toEqual(['t/1']);
    expect(match([seen('2', 'a')], stored('aab')).names).toEqual(['t/0']);
  });

  it('say nothing where either has no hash, or one by another recipe', () => {
    expect(match([seen('0')], stored('ab')).names).toEqual(['t/0']);
    expect(match([{ ...seen('0'), hash: 'other:b' }], stored('ab')).names).toEqual(['t/0']);
    const unhashed = [known('t/0', { task: 't', nativeId: '0' })];
    expect(match([seen('0', 'b')], unhashed).names).toEqual(['t/0']);
  });
});

describe('runs of several files', () => {
  const options = { ignoresContent: false };

  it('take each item once: what one file has taken, the next does not find by its content', async () => {
    const items = [seen('0', 'b'), seen('5', 'b'), seen('2', 'b')];
    const bank = new KnownItems([
      ...stored('abb'),
      known('t/5', { task: 't', nativeId: '5', contentHash: 'r:z' }),
    ]);
    const matcher = new ItemMatcher(items, bank, options);
    const claimed = new Set<string>();
    expect([...matcher.match([0], claimed).names.values()]).toEqual(['t/1']);
    expect([...matcher.match([1], claimed).names.values()]).toEqual(['t/2']);
    expect(claimed).toEqual(new Set(['t/1', 't/2']));
    // Another run begins anew.
    expect([...matcher.match([1], new Set()).names.values()]).toEqual(['t/1']);
    const full = new Set(['t/1', 't/2']);
    expect(await refusalOf((async () => matcher.match([1], full))())).toMatch(/^content-mismatch/);
  });

  it('teach what the benchmark did not know: the next run is checked against it', () => {
    const bank = new KnownItems([]);
    const items = [seen('0', 'a'), seen('1', 'b'), seen('0', 'b')];
    const first = new ItemMatcher(items, bank, options).match([0, 1], new Set());
    expect(first.remapped).toEqual([]);
    for (const item of stored('ab')) bank.add(item);
    const second = new ItemMatcher(items, bank, options).match([2], new Set());
    expect(second.remapped).toEqual([{ from: 't/0', to: 't/1' }]);
  });

  it('do not unteach: what is stored of an item stays', () => {
    const measure = { metric: 'acc', filter: 'none' };
    const bank = new KnownItems([known('t/0', { task: 't', nativeId: '0', contentHash: 'r:a', measure })]);
    bank.add(known('t/0', { task: 't', nativeId: '0', contentHash: 'r:b' }));
    expect(bank.withContent('t', 'r:b')).toEqual([]);
    expect(bank.withContent('t', 'r:a')).toEqual(['t/0']);
    expect([bank.measureOf('t'), bank.measureOf('u'), bank.measureOf(null)]).toEqual([measure, null, null]);
  });
});
