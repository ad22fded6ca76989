#!/usr/bin/env python3
"""Logs as lm-evaluation-harness writes them, of made-up models on made-up arithmetic.

    make_logs.py OUT                                       a history: 30 models, 3 tasks of 200 documents
    make_logs.py OUT --model NAME --ability 0.5            one new model on all documents
    make_logs.py OUT --samples CORESET.json --model ...    the same on the documents of a core set only,
                                                           in place of `lm_eval run --samples CORESET.json`

A model's answer hangs on --seed, its name and the document alone: whoever runs it on a core set sees the answers that
it gives on the whole. A new model that is a later checkpoint of another one is made by

    --checkpoint-of NAME --swapped 20 --lost 30

It answers as NAME does, but for 20 documents that it has newly right and 20 newly wrong, and 30 more newly wrong: its
full score is lower by exactly 30 documents. Python 3.8 or later; the standard library is enough.
"""

import argparse
import csv
import hashlib
import json
import math
import os
import random
import re
import statistics
import sys

TASKS = ("made_sums", "made_series", "made_stories")
METRIC = "exact_match"
# The stories want an answer in a given form, and are scored with the form and without it.
FILTERS = {"made_sums": ("none",), "made_series": ("none",), "made_stories": ("strict-match", "flexible-extract")}
HISTORY_TIME = "2026-01-05T08-{:02d}-00.000000"
RUN_TIME = "2026-02-01T12-00-00.000000"


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def chance(*what):
    """A number in [0, 1) that hangs on nothing but what it is of."""
    return int(sha256("/".join(map(str, what)))[:13], 16) / 16**13


class Document:
    """One document, with what every model's log says of it."""

    def __init__(self, seed, task, index):
        rng = random.Random(f"{seed}/{task}/{index}")
        question, answer, self.hardness = MAKERS[task](rng)
        self.task = task
        self.index = index
        self.doc = {"question": question, "answer": str(answer)}
        self.answer = answer
        prompt = f"Question: {question}\nAnswer:"
        self.common = {
            "doc_id": index,
            "doc": self.doc,
            "target": str(answer),
            "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": {"until": ["\n\n"], "do_sample": False}}},
        }
        self.hashes = {
            "doc_hash": sha256(json.dumps(self.doc, indent=2, ensure_ascii=False)),
            "prompt_hash": sha256(prompt),
            "target_hash": sha256(str(answer)),
        }


def make_sum(rng):
    digits = rng.randint(1, 6)
    a, b = (rng.randrange(10 ** (digits - 1), 10**digits) for _ in range(2))
    return f"What is {a} + {b}?", a + b, 0.7 * (digits - 3.5) + rng.gauss(0, 0.7)


def make_series(rng):
    start, step, factor = rng.randint(1, 20), rng.randint(2, 9), rng.choice((1, 1, 2, 3))
    terms = [start]
    for _ in range(5):
        terms.append(terms[-1] * factor + step)
    shown = ", ".join(map(str, terms[:5]))
    return f"Which number comes next: {shown}?", terms[5], 1.1 * (factor - 1.8) + rng.gauss(0, 0.9)


def make_story(rng):
    name, thing = rng.choice(("Ana", "Béla", "Chidi", "Dörte")), rng.choice(("pears", "stamps", "marbles"))
    boxes, each, lost = rng.randint(2, 30), rng.randint(2, 40), rng.randint(0, 9)
    question = f"{name} has {boxes} boxes of {each} {thing} and loses {lost} {thing}. How many are left?"
    return question, boxes * each - lost, (boxes * each) ** 0.5 / 12 - 0.8 + rng.gauss(0, 0.8)


MAKERS = {"made_sums": make_sum, "made_series": make_series, "made_stories": make_story}


def documents(seed, items):
    return [Document(seed, task, index) for task in TASKS for index in range(items)]


def history_models(seed, count):
    """Names and abilities, a standard deviation apart from each other."""
    rng = random.Random(f"{seed}/models")
    return {f"made-up/model-{m:02d}": rng.gauss(0, 1) for m in range(count)}


def answers(seed, model, ability, docs):
    """Whether a model of this ability has each document right, in the order of the documents."""
    logistic = (1 / (1 + math.exp(-1.7 * (ability - doc.hardness))) for doc in docs)
    return [int(chance(seed, model, doc.task, doc.index) < share) for doc, share in zip(docs, logistic)]


def checkpoint_answers(seed, name, before, swapped, lost, gained):
    """The answers of a model that has learned and forgotten since."""
    rng = random.Random(f"{seed}/checkpoint/{name}")
    right = [i for i, score in enumerate(before) if score == 1]
    wrong = [i for i, score in enumerate(before) if score == 0]
    if swapped + lost > len(right) or swapped + gained > len(wrong):
        raise SystemExit(f"cannot swap {swapped}, lose {lost} and gain {gained}: {len(right)} right, {len(wrong)} wrong")
    after = list(before)
    for i in rng.sample(right, swapped + lost) + rng.sample(wrong, swapped + gained):
        after[i] = 1 - after[i]
    return after


def rows(seed, model, doc, score):
    """The rows of one document, one a filter. Some wrong answers to a story are right but for their form."""
    formless = score == 0 and len(FILTERS[doc.task]) > 1 and chance(seed, "form", model, doc.index) < 0.4
    said = str(doc.answer if score == 1 or formless else doc.answer + 1 + int(9 * chance(seed, "slip", model, doc.index)))
    text = f"It is {said}." if formless else f"#### {said}" if len(FILTERS[doc.task]) > 1 else said
    for name in FILTERS[doc.task]:
        extracted = said if name != "strict-match" or not formless else "[invalid]"
        yield {
            **doc.common,
            "resps": [[text]],
            "filtered_resps": [extracted],
            "filter": name,
            "metrics": [METRIC],
            **doc.hashes,
            METRIC: float(extracted == doc.common["target"]),
        }


def write_run(out, seed, model, time, docs, scores, population):
    """What one run leaves: a file of samples for each task, and one of results."""
    sanitized = re.sub(r'[\"<>:/|\\?*\[\]]+', "__", model)
    folder = os.path.join(out, sanitized)
    os.makedirs(folder, exist_ok=True)
    results, sizes = {}, {}
    for task in TASKS:
        logged = [row for doc, score in zip(docs, scores) if doc.task == task for row in rows(seed, model, doc, score)]
        if not logged:
            continue
        # The harness runs one filter after the other.
        logged.sort(key=lambda row: FILTERS[task].index(row["filter"]))
        with open(os.path.join(folder, f"samples_{task}_{time}.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in logged)
        results[task] = {"alias": task}
        for name in FILTERS[task]:
            of_filter = [row[METRIC] for row in logged if row["filter"] == name]
            results[task][f"{METRIC},{name}"] = statistics.fmean(of_filter)
            error = statistics.stdev(of_filter) / len(of_filter) ** 0.5 if len(of_filter) > 1 else "N/A"
            results[task][f"{METRIC}_stderr,{name}"] = error
        sizes[task] = {"original": population, "effective": len(of_filter)}
    summary = {
        "results": results,
        "configs": {task: {"task": task, "num_fewshot": 0} for task in results},
        "versions": {task: 1.0 for task in results},
        "n-shot": {task: 0 for task in results},
        "higher_is_better": {task: {METRIC: True} for task in results},
        "n-samples": sizes,
        "config": {"model": "made-up", "model_args": f"pretrained={model}"},
        "model_name": model,
        "model_name_sanitized": sanitized,
    }
    with open(os.path.join(folder, f"results_{time}.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=2, ensure_ascii=False)
    return folder


def read_samples(path, items):
    """The documents of a core set: {task: [indices]}, as `lm_eval run --samples` takes them."""
    try:
        with open(path, encoding="utf-8") as file:
            asked = {(task, index) for task, indices in json.load(file).items() for index in indices}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise SystemExit(f"{path} is no core set in lm-eval's form: {error}") from None
    strange = sorted(f"{task}/{index}" for task, index in asked if task not in TASKS or index not in range(items))
    if strange:
        raise SystemExit(f"{path} asks for what is not there: {', '.join(strange[:5])}")
    if not asked:
        raise SystemExit(f"{path} asks for nothing")
    return asked


def write_history(options, docs):
    models = history_models(options.seed, options.models)
    table = {}
    for m, (model, ability) in enumerate(models.items()):
        table[model] = answers(options.seed, model, ability, docs)
        write_run(options.out, options.seed, model, HISTORY_TIME.format(m), docs, table[model], options.items)
    if options.csv:
        with open(options.csv, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["model", *(f"{doc.task}/{doc.index}" for doc in docs)])
            writer.writerows([model, *scores] for model, scores in table.items())
    print(f"{options.out}: {len(models)} models x {len(TASKS)} tasks x {options.items} documents")


def write_new(options, docs):
    models = history_models(options.seed, options.models)
    ability = options.ability if options.ability is not None else models.get(options.model, 0.0)
    scores = answers(options.seed, options.model, ability, docs)
    if options.checkpoint_of:
        name = options.checkpoint_of
        before = answers(options.seed, name, models.get(name, ability), docs)
        scores = checkpoint_answers(
            options.seed, options.model, before, options.swapped, options.lost, options.gained
        )
    if options.truth:
        print(f"{options.model}: {statistics.fmean(scores):.4f} on all {len(docs)} documents")
        return
    asked = None if options.samples is None else read_samples(options.samples, options.items)
    run = [(doc, score) for doc, score in zip(docs, scores) if asked is None or (doc.task, doc.index) in asked]
    folder = write_run(options.out, options.seed, options.model, RUN_TIME, *zip(*run), options.items)
    print(f"{folder}: {options.model} on {len(run)} of {len(docs)} documents")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="folder to write to")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another world (default: 1)")
    parser.add_argument("--models", type=int, default=30, help="models of the history (default: 30)")
    parser.add_argument("--items", type=int, default=200, help="documents of each task (default: 200)")
    parser.add_argument("--csv", help="of a history: also write its scores as a table here")
    parser.add_argument("--model", help="write the log of this one model instead of a history")
    parser.add_argument("--ability", type=float, help="of that model; those of the history have mean 0, deviation 1")
    parser.add_argument("--samples", help="run it on the documents that this file names: {task: [indices]}")
    parser.add_argument("--checkpoint-of", metavar="NAME", help="it answers like this one, but for")
    parser.add_argument("--swapped", type=int, default=0, help="documents newly right, and as many newly wrong")
    parser.add_argument("--lost", type=int, default=0, help="documents newly wrong")
    parser.add_argument("--gained", type=int, default=0, help="documents newly right")
    parser.add_argument("--truth", action="store_true", help="write nothing, print its score on all documents")
    options = parser.parse_args()
    if options.model is None and (options.samples or options.checkpoint_of or options.truth):
        parser.error("--samples, --checkpoint-of and --truth go with --model")
    if options.csv and options.model:
        parser.error("--csv goes with a history")
    docs = documents(options.seed, options.items)
    if options.model is None:
        write_history(options, docs)
    else:
        write_new(options, docs)


if __name__ == "__main__":
    sys.exit(main())
