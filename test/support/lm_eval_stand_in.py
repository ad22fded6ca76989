"""Stands in for lm-evaluation-harness: takes its options, keeps to its rules, writes its files.

It models nothing: what a model answers stands in the JSON file that STAND_IN_WORLD names,
{"tasks": {task: [{"doc": {...}, "strict-match": 0 or 1, "flexible-extract": 0 or 1}]}}, in the order of the dataset.

Its rules about --samples are those of 0.4.9 to 0.4.13.dev: documents are visited in the order of the dataset and
labelled in the order of the list; a task without a list, or with an empty one, is run in full; keys that are no task
of this run are passed over; --limit excludes it. A list that names a document twice runs it once, and a list with an
index beyond the dataset is refused.
"""
import argparse
import hashlib
import json
import os
import re
import sys
from pathlib import Path

FILTERS = ("strict-match", "flexible-extract")
TIME = "2026-01-21T03-44-18.458309"


def parse_arguments(words):
    parser = argparse.ArgumentParser(prog="lm_eval")
    parser.add_argument("--model", default="hf")
    parser.add_argument("--model_args", default="")
    parser.add_argument("--tasks", required=True)
    parser.add_argument("--samples")
    parser.add_argument("--limit")
    parser.add_argument("--log_samples", action="store_true")
    parser.add_argument("--output_path")
    # The word is left out before 0.4.10.
    given = parser.parse_args(words[1:] if words[:1] == ["run"] else words)
    if given.samples and given.limit:
        sys.exit("--samples and --limit exclude each other")
    if given.log_samples and not given.output_path:
        sys.exit("--log_samples needs --output_path")
    return given


def read_samples(text):
    if not text:
        return {}
    return json.loads(Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text)


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def visit(rows, indices):
    """Pairs of a label and a row: the row that comes k-th in the dataset gets the k-th index of the list."""
    if not indices:
        return list(enumerate(rows))
    if any(index >= len(rows) for index in indices):
        sys.exit(f"an index is beyond the {len(rows)} documents")
    visited = [row for place, row in enumerate(rows) if place in indices]
    return [(indices[place], row) for place, row in enumerate(visited)]


def sample(label, row, name):
    doc = row["doc"]
    target = str(doc["answer"])
    prompt = f"Q: {doc['question']}\nA:"
    return {
        "doc_id": label,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": {"until": ["Q:"]}}},
        "resps": [["x"]],
        "filtered_resps": ["x"],
        "filter": name,
        "metrics": ["exact_match"],
        "doc_hash": sha256(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": sha256(prompt),
        "target_hash": sha256(target),
        "exact_match": float(row[name]),
    }


def main():
    given = parse_arguments(sys.argv[1:])
    world = json.loads(Path(os.environ["STAND_IN_WORLD"]).read_text(encoding="utf-8"))["tasks"]
    lists = read_samples(given.samples)
    model = re.search(r"pretrained=([^,]+)", given.model_args).group(1)
    sanitized = re.sub(r'["<>:/|\\?*\[\]]+', "__", model)
    folder = Path(given.output_path) / sanitized
    folder.mkdir(parents=True, exist_ok=True)
    tasks = given.tasks.split(",")
    results, sizes = {}, {}
    for task in tasks:
        if task not in world:
            sys.exit(f"there is no task {task}")
        visited = visit(world[task], lists.get(task))
        rows = [sample(label, row, name) for name in FILTERS for label, row in visited]
        results[task] = {"alias": task}
        for name in FILTERS:
            scores = [row["exact_match"] for row in rows if row["filter"] == name]
            results[task][f"exact_match,{name}"] = sum(scores) / len(scores)
            results[task][f"exact_match_stderr,{name}"] = 0.0 if len(scores) > 1 else "N/A"
        sizes[task] = {"original": len(world[task]), "effective": len(visited)}
        if given.log_samples:
            with open(folder / f"samples_{task}_{TIME}.jsonl", "a", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    summary = {
        "results": results,
        "group_subtasks": {task: [] for task in tasks},
        "configs": {task: {"task": task, "output_type": "generate_until"} for task in tasks},
        "versions": {task: 1.0 for task in tasks},
        "n-shot": {task: 0 for task in tasks},
        "higher_is_better": {task: {"exact_match": True} for task in tasks},
        "n-samples": sizes,
        "config": {"model": given.model, "model_args": given.model_args, "limit": None},
        "model_name": model,
        "model_name_sanitized": sanitized,
    }
    (folder / f"results_{TIME}.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
