/** Python 3, standard library only; `test/exporters/runnable/helm.test.ts` runs it. */
export const helmScript = `#!/usr/bin/env python3
"""Leaves, of the instances that HELM cached, those to train on and the chosen ones.

usage: python3 SCRIPT FOLDER LIST
  FOLDER  the folder scenario_instances of HELM's output, with one scenario in it
  LIST    the JSON file with the chosen ids
"""
import json
import os
import sys
from pathlib import Path


def find_cache(folder):
    found = sorted(Path(folder).rglob("input_instances.json"))
    if len(found) != 1:
        sys.exit(f"{folder} has {len(found)} files input_instances.json, not one: empty it and cache one run entry")
    return found[0]


def with_ids(instances):
    # As HELM numbers them: by their place among all, as soon as one has no id.
    if all(instance.get("id") is not None for instance in instances):
        return instances
    return [{**instance, "id": f"id{place}"} for place, instance in enumerate(instances)]


def is_train(instance):
    return instance.get("split") == "train"


def check(evaluated, chosen):
    found = [instance["id"] for instance in evaluated]
    missing = sorted(chosen - set(found))
    if missing:
        sys.exit(f"{len(missing)} of {len(chosen)} ids are not among the instances: {', '.join(missing[:20])}")
    if len(found) > len(chosen):
        sys.exit(f"{len(found)} instances share {len(chosen)} ids")


def main(folder, list_file):
    cache = find_cache(folder)
    chosen = set(json.loads(Path(list_file).read_text(encoding="utf-8"))["ids"])
    instances = with_ids(json.loads(cache.read_text(encoding="utf-8")))
    kept = [instance for instance in instances if is_train(instance) or instance["id"] in chosen]
    evaluated = [instance for instance in kept if not is_train(instance)]
    check(evaluated, chosen)
    # In one step, so that no run finds half a file.
    draft = cache.with_suffix(".draft")
    draft.write_text(json.dumps(kept, indent=2), encoding="utf-8")
    os.replace(draft, cache)
    train = len(kept) - len(evaluated)
    print(f"{cache}: {len(evaluated)} chosen and {train} to train on, of {len(instances)} instances")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
`;
