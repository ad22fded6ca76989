import type { Scope } from '../storage/keys.ts';

/** What a key may do: read everything; write history, core sets and evaluations; undo what cannot be got back, and take copies. */
export const scopes = ['read', 'write', 'admin'] as const satisfies readonly Scope[];

/** Each scope includes those before it: whoever may write may read what he wrote. */
export function scopesUpTo(scope: Scope): ReadonlySet<Scope> {
  return new Set(scopes.slice(0, scopes.indexOf(scope) + 1));
}
