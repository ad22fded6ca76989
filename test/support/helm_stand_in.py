"""Stands in for helm-run: takes its options, keeps to its rules about cached instances, writes its files.

What the model answers stands in the JSON file that STAND_IN_WORLD names,
{"tasks": {run entry without the model: [{"text", "split", "score"}]}}.

Its rules: instances are read from the cache where there is one, else made and, with --cache-instances, cached without
ids; where one of them has no id, all are numbered by their place; those to train on are not evaluated; of the others
at most --max-eval-instances are, drawn without regard to any list.
"""
import argparse
import json
import os
import random
import re
from pathlib import Path


def read_instances(cache, rows):
    if cache.exists():
        return json.loads(cache.read_text(encoding="utf-8"))
    return [{"input": {"text": row["text"]}, "references": [], "split": row["split"]} for row in rows]


def main():
    parser = argparse.ArgumentParser(prog="helm-run")
    parser.add_argument("--run-entries", required=True)
    parser.add_argument("--suite", required=True)
    parser.add_argument("--output-path", default="benchmark_output")
    parser.add_argument("--max-eval-instances", type=int, required=True)
    parser.add_argument("--cache-instances", action="store_true")
    parser.add_argument("--cache-instances-only", action="store_true")
    given = parser.parse_args()
    entry = re.sub(r"[:,]model=[^,]*$", "", given.run_entries)
    model = re.search(r"model=([^,]*)$", given.run_entries).group(1)
    world = json.loads(Path(os.environ["STAND_IN_WORLD"]).read_text(encoding="utf-8"))["tasks"]
    rows = world[entry]
    scenario = entry.split(",")[0]
    cache = Path(given.output_path) / "scenario_instances" / scenario / "input_instances.json"
    instances = read_instances(cache, rows)
    if given.cache_instances and not cache.exists():
        cache.parent.mkdir(parents=True)
        cache.write_text(json.dumps(instances), encoding="utf-8")
    if given.cache_instances_only:
        return
    if any(instance.get("id") is None for instance in instances):
        instances = [{**instance, "id": f"id{place}"} for place, instance in enumerate(instances)]
    evaluated = [instance for instance in instances if instance["split"] != "train"]
    if len(evaluated) > given.max_eval_instances:
        evaluated = random.Random(0).sample(evaluated, given.max_eval_instances)
    scores = {row["text"]: row["score"] for row in rows}
    name = given.run_entries.replace("/", "_")
    folder = Path(given.output_path) / "runs" / given.suite / name
    folder.mkdir(parents=True, exist_ok=True)
    stats = [
        {
            "instance_id": instance["id"],
            "train_trial_index": 0,
            "stats": [
                {"name": {"name": "num_prompt_tokens", "split": "test"}, "count": 1, "sum": 9, "mean": 9},
                {
                    "name": {"name": "exact_match", "split": "test"},
                    "count": 1,
                    "sum": scores[instance["input"]["text"]],
                    "mean": scores[instance["input"]["text"]],
                },
            ],
        }
        for instance in evaluated
    ]
    spec = {
        "name": name,
        "scenario_spec": {"class_name": "Stand.In", "args": {}},
        "adapter_spec": {"model": model, "max_eval_instances": given.max_eval_instances},
        "metric_specs": [],
        "groups": [],
    }
    (folder / "per_instance_stats.json").write_text(json.dumps(stats), encoding="utf-8")
    (folder / "run_spec.json").write_text(json.dumps(spec), encoding="utf-8")


if __name__ == "__main__":
    main()
