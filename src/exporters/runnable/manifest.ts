import { createHash } from 'node:crypto';
import { canonicalJson } from '../../scores/canonical-json.ts';
import type { Manifest, RunnableCoreSet } from './runnable.ts';

/** The order of the items is part of it: any change of content, order included, changes the digest. */
export function manifestOf(coreSet: RunnableCoreSet): Manifest {
  const content = {
    core_set: coreSet.id,
    benchmark: coreSet.benchmark,
    design: coreSet.design,
    seed: coreSet.seed,
    revision: coreSet.revision,
    population: coreSet.population,
    created_at: coreSet.createdAt,
    items: coreSet.items.map((item) => ({
      item: item.item,
      task: item.task,
      native_id: item.nativeId,
      content_hash: item.contentHash,
      inclusion_probability: item.inclusionProbability,
    })),
  };
  const hex = createHash('sha256').update(canonicalJson(content)).digest('hex');
  return { ...content, digest: `sha256:${hex}` };
}
