import { useLocation } from 'preact-iso';
import type { Wire } from '../../api/client.ts';
import { useQueryChange } from '../../parts/use-query.ts';
import type { Units } from '../../text/units.ts';
import { designWords } from '../../text/words.ts';

export type Design = Wire['CoreSet']['design'];

/** What somebody wants, as the address has it: a size, or a precision that the size follows from. */
export interface Wish {
  readonly size: string;
  /** As typed, in the units shown; empty where the size was chosen. */
  readonly precision: string;
  readonly level: string;
  readonly design: Design;
  readonly groups: readonly string[];
  readonly seed: string;
  readonly exclude: string;
}

const defaultSize = 50;

export function useWish(population: number): readonly [Wish, (change: Partial<Wish>) => void] {
  const { query } = useLocation();
  const changeQuery = useQueryChange();
  const wish: Wish = {
    size: query.size ?? String(Math.min(defaultSize, Math.ceil(population / 2))),
    precision: query.precision ?? '',
    level: query.level ?? '0.95',
    design: isDesign(query.design) ? query.design : 'informative',
    groups: readGroups(query.groups),
    seed: query.seed ?? '',
    exclude: query.exclude ?? '',
  };
  const change = ({ groups, ...rest }: Partial<Wish>) =>
    changeQuery({
      ...Object.fromEntries(
        Object.entries(rest).map(([name, value]) => [name, value === '' && name !== 'size' ? null : value]),
      ),
      ...(groups && { groups: groups.length === 0 ? null : JSON.stringify(groups) }),
    });
  return [wish, change];
}

function isDesign(name: string | undefined): name is Design {
  return name !== undefined && Object.hasOwn(designWords, name);
}

/** Names may hold commas, so they stand in the address as JSON; what somebody mistyped there counts for nothing. */
function readGroups(text: string | undefined): readonly string[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

/** The request that a wish becomes. */
export function toRequest(wish: Wish, { factor }: Units): Wire['CoreSetRequest'] {
  const { design, groups, seed } = wish;
  const excluded = wish.exclude
    .split('\n')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    design,
    ...(wish.precision === ''
      ? { size: Number(wish.size) }
      : { half_width: Number(wish.precision) / factor, level: Number(wish.level) }),
    ...(seed !== '' && { seed: Number(seed) }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(excluded.length > 0 && { exclude_models: excluded }),
  };
}
