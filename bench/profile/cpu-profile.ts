/** What V8's sampling profiler writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of a clock that all processes share. */
  readonly startTime: number;
  /** Node ids. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** Whose code a frame is. */
export type Owner = 'service' | 'dependency' | 'engine';

/** A function as called from where it hangs, and what it called. */
export interface Frame {
  readonly name: string;
  readonly owner: Owner;
  /** Microseconds, with those of the children. */
  total: number;
  /** Microseconds of its own. */
  self: number;
  readonly children: Map<string, Frame>;
}

/** Waiting is no work. */
const idle: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);

/** The tree of calls between two moments, equal functions under one parent put together. @param from microseconds */
export function callTree(profile: CpuProfile, from: number, to: number): Frame {
  const times = timesOf(profile, from, to);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const root = emptyFrame('all', 'engine');

  function add(id: number, parent: Frame): number {
    const node = nodes.get(id)!;
    const frame = idle.has(node.callFrame.functionName) ? null : childOf(parent, node);
    const own = frame === null ? 0 : (times.get(id) ?? 0);
    const below = (node.children ?? []).reduce((sum, child) => sum + add(child, frame ?? parent), 0);
    if (frame !== null) {
      frame.self += own;
      frame.total += own + below;
    }
    return own + below;
  }
  root.total = add(profile.nodes[0].id, root);
  return root;
}

function timesOf({ samples, timeDeltas, startTime }: CpuProfile, from: number, to: number) {
  const times = new Map<number, number>();
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index];
    if (at >= from && at <= to) times.set(id, (times.get(id) ?? 0) + timeDeltas[index]);
  });
  return times;
}

function childOf(parent: Frame, { callFrame: { functionName, url } }: ProfileNode): Frame {
  const file = url.replace(/^.*\//, '').replace(/^node:/, '');
  const name = `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}`}`;
  const known = parent.children.get(name);
  if (known !== undefined) return known;
  const child = emptyFrame(name, ownerOf(url));
  parent.children.set(name, child);
  return child;
}

function emptyFrame(name: string, owner: Owner): Frame {
  return { name, owner, total: 0, self: 0, children: new Map() };
}

function ownerOf(url: string): Owner {
  if (url.includes('node_modules')) return 'dependency';
  return url.startsWith('file:') ? 'service' : 'engine';
}

/** Functions by their own time, wherever they were called from: shares of all, largest first. */
export function ownTimes(root: Frame): { readonly name: string; readonly share: number }[] {
  const own = new Map<string, number>();
  const visit = (frame: Frame) => {
    own.set(frame.name, (own.get(frame.name) ?? 0) + frame.self);
    for (const child of frame.children.values()) visit(child);
  };
  visit(root);
  return Array.from(own, ([name, time]) => ({ name, share: time / root.total })).sort(
    (a, b) => b.share - a.share,
  );
}
