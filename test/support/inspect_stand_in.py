"""Stands in for Inspect: takes `eval --run-config FILE --model MODEL`, keeps to its rules, writes its logs.

What the model answers stands in the JSON file that STAND_IN_WORLD names,
{"tasks": {task: [{"id", "input", "target", "value"}]}}. The log goes to INSPECT_LOG_DIR, as INSPECT_LOG_FORMAT says
(eval or json).

Its rules about sample_id: each is a pattern for ids; what stands before its first colon is the name of the task it is
for, and a pattern for another task is passed over; whole numbers are the same however they are written; ids that are
not there are only warned of, but it is an error where nothing is left.
"""
import argparse
import json
import os
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path


def normalise(name):
    text = str(name)
    return str(int(text)) if text.isascii() and text.isdigit() else text


def patterns_for(task, sample_ids):
    found = []
    for given in sample_ids:
        scope, colon, rest = str(given).partition(":")
        if not colon:
            found.append(normalise(given))
        elif scope == task:
            found.append(normalise(rest))
    return found


def choose(samples, patterns):
    chosen = [sample for sample in samples if any(fnmatch(normalise(sample["id"]), pattern) for pattern in patterns)]
    unmatched = [pattern for pattern in patterns if not any(fnmatch(normalise(s["id"]), pattern) for s in samples)]
    if unmatched:
        print(f"warning: no samples for {unmatched}", file=sys.stderr)
    if not chosen:
        sys.exit("no samples are left")
    return chosen


def logged(sample):
    return {
        "id": sample["id"],
        "epoch": 1,
        "input": sample["input"],
        "target": sample["target"],
        "metadata": {},
        "scores": {"match": {"value": sample["value"], "answer": "x", "history": []}},
    }


def main():
    parser = argparse.ArgumentParser(prog="inspect")
    parser.add_argument("command", choices=["eval"])
    parser.add_argument("--run-config", required=True)
    parser.add_argument("--model", required=True)
    given = parser.parse_args()
    config = json.loads(Path(given.run_config).read_text(encoding="utf-8"))
    task = config["task"]["task"]
    ids = config["eval_config"]["sample_id"]
    world = json.loads(Path(os.environ["STAND_IN_WORLD"]).read_text(encoding="utf-8"))["tasks"]
    samples = [logged(sample) for sample in choose(world[task], patterns_for(task, ids))]
    right = sum(1 for sample in samples if sample["scores"]["match"]["value"] == "C")
    header = {
        "version": 2,
        "status": "success",
        "eval": {
            "task": task,
            "model": given.model,
            "dataset": {"samples": len(world[task]), "sample_ids": [str(sample["id"]) for sample in samples]},
            "config": {"sample_id": ids, "epochs": 1},
        },
        "results": {
            "scores": [{"name": "match", "scorer": "match", "metrics": {"accuracy": {"value": right / len(samples)}}}]
        },
    }
    folder = Path(os.environ["INSPECT_LOG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    name = "2026-01-21T03-44-18_" + task.replace("/", "-")
    if os.environ.get("INSPECT_LOG_FORMAT") == "json":
        (folder / f"{name}.json").write_text(json.dumps({**header, "samples": samples}), encoding="utf-8")
        return
    with zipfile.ZipFile(folder / f"{name}.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps({"version": 2, "eval": header["eval"]}))
        archive.writestr("_journal/summaries/1.json", json.dumps(samples))
        for sample in samples:
            archive.writestr(f"samples/{sample['id']}_epoch_1.json", json.dumps(sample))
        archive.writestr("summaries.json", json.dumps(samples))
        archive.writestr("header.json", json.dumps(header))


if __name__ == "__main__":
    main()
