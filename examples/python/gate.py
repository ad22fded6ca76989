#!/usr/bin/env python3
"""Fails a build where a new checkpoint is decidedly worse than a reference, on the same core set.

    gate.py --core-set ID --checkpoint LOGS --reference LOGS
    gate.py --core-set ID --checkpoint LOGS --reference-evaluation ID     one that is there already
    gate.py --core-set ID --checkpoint LOGS --reference-model NAME        a model of the history

Both estimates have an error, and two estimates that differ by some points say little. What counts is the interval of the
difference, item by item: the build fails only where all of it lies below zero (below -X with --tolerate X). At the level
0.95 that happens to about one in forty, at most, of the checkpoints that are as good as the reference. What is not decided passes,
with a notice that says how wide the interval is and what would narrow it.

Exit codes: 0 not decidedly worse, 1 decidedly worse, 2 the question cannot be answered (bad input, missing results, no
service). Environment: BENCHCAST_URL, BENCHCAST_KEY; GITHUB_STEP_SUMMARY, where there is one. The standard library is
enough.
"""

import argparse
import io
import json
import math
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile

PASSED, WORSE, UNANSWERED = 0, 1, 2


class Unanswered(Exception):
    """Why the question cannot be answered."""


def call(method, path, body=None, content_type="application/json", query=None):
    base = os.environ.get("BENCHCAST_URL") or "http://127.0.0.1:8080"
    given = {name: value for name, value in (query or {}).items() if value is not None}
    address = base.rstrip("/") + path + ("?" + urllib.parse.urlencode(given) if given else "")
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    try:
        request = urllib.request.Request(address, data, {"Content-Type": content_type}, method=method)
        if os.environ.get("BENCHCAST_KEY"):
            request.add_header("Authorization", f"Bearer {os.environ['BENCHCAST_KEY']}")
        with urllib.request.urlopen(request, timeout=600) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Unanswered(problem_of(error)) from None
    except (OSError, ValueError) as error:
        raise Unanswered(f"{base} does not answer: {error}") from None


def problem_of(error):
    try:
        problem = json.load(error)
        return f"{problem['title']}: {problem['detail']}"
    except (ValueError, KeyError):
        return f"the service answers {error.code}"


def zipped(place):
    """A log, or a folder of them, as one body."""
    if os.path.isfile(place):
        # Harnesses name the folder after the model.
        root, paths = os.path.dirname(os.path.dirname(os.path.abspath(place))), [os.path.abspath(place)]
    else:
        root = place
        paths = [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
    if not paths:
        raise Unanswered(f"there are no logs in {place}")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(paths):
            packed.write(path, os.path.relpath(path, root).replace(os.sep, "/"))
    return archive.getvalue()


def evaluate(options, logs, model):
    """The evaluation of one run. One that lacks items is refused: the hard ones may be those that are lacking."""
    query = {"model": model, "metric": options.metric, "filter": options.filter}
    path = f"/v1/core-sets/{urllib.parse.quote(options.core_set, safe='')}/evaluations"
    evaluation = call("POST", path, zipped(logs), "application/zip", query)
    lacking = evaluation["import"]["missing_count"]
    if lacking > 0:
        some = ", ".join(evaluation["import"]["missing_items"][:5])
        raise Unanswered(f"{lacking} items of the core set have no result in {logs} ({some}): run them too")
    return evaluation["id"]


def compare(options):
    checkpoint = evaluate(options, options.checkpoint, options.checkpoint_name)
    if options.reference_model is not None:
        other = {"model": options.reference_model}
    elif options.reference_evaluation is not None:
        other = options.reference_evaluation
    else:
        other = evaluate(options, options.reference, options.reference_name)
    return call("POST", "/v1/evaluations/compare", {"a": checkpoint, "b": other, "level": options.level})


def items_for(half_width, wanted, items, population):
    """How many items in all narrow an interval to the half-width wanted: its square goes with 1/n - 1/N."""
    left = (1 / items - 1 / population) * (wanted / half_width) ** 2
    return min(population, math.ceil(1 / (1 / population + left)))


def advice(comparison, tolerate):
    """What would narrow an interval that decides nothing, in a sentence."""
    interval, items, population = comparison["interval"], comparison["observed_items"], comparison["population"]
    half_width = (interval["upper"] - interval["lower"]) / 2
    if half_width == 0 or items >= population:
        return "All items have been run."
    halved = items_for(half_width, half_width / 2, items, population) - items
    sentence = f"It is +- {half_width:.3f} wide; about {halved} items more would make it half as wide."
    beyond = interval["upper"] + tolerate
    distance = -(comparison["difference"] + tolerate)
    if beyond > 0 and distance > 0:
        deciding = items_for(half_width, distance, items, population) - items
        if deciding < population - items:
            sentence += f" If the difference stays as it is, about {deciding} more would decide."
    return sentence


def annotate(kind, title, text):
    """A line that GitHub shows beside the build."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{kind} title={title}::{escaped}")


def summarise(lines):
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def cell(name):
    return name.replace("|", "\\|")


def report(comparison, tolerate):
    """Prints what came out, and answers the exit code."""
    a, b, interval = comparison["a"], comparison["b"], comparison["interval"]
    if interval is None:
        code, verdict, more = PASSED, "not decided", f"There is no interval: {comparison['reason']}."
        shown = "none"
    else:
        shown = f"{interval['lower']:+.3f} to {interval['upper']:+.3f}"
        is_worse = interval["upper"] < -tolerate
        is_fine = interval["lower"] >= -tolerate
        code = WORSE if is_worse else PASSED
        verdict = "decidedly worse" if is_worse else "not worse" if is_fine else "not decided"
        more = "" if is_worse or is_fine else advice(comparison, tolerate)
    allowed = f", {tolerate:g} tolerated" if tolerate else ""
    level = "" if interval is None else f"{100 * interval['level']:g} % "
    sentence = (
        f"{a} against {b}: {verdict}{allowed}. Difference {comparison['difference']:+.3f} "
        f"({level}interval {shown}) on {comparison['observed_items']} of {comparison['population']} items."
    )
    annotate("error" if code == WORSE else "notice", "checkpoint gate", " ".join([sentence, more]).strip())
    for warning in comparison["warnings"]:
        kind = "notice" if warning["severity"] == "info" else "warning"
        annotate(kind, warning["code"], warning["message"])
    summarise(
        [
            f"## Checkpoint gate: {verdict}",
            "",
            "| checkpoint | reference | difference | interval | items |",
            "| --- | --- | --- | --- | --- |",
            f"| {cell(a)} | {cell(b)} | {comparison['difference']:+.3f} | {shown} "
            f"| {comparison['observed_items']} of {comparison['population']} |",
            *(["", more] if more else []),
            *(f"\n{warning['severity']}: {warning['message']}" for warning in comparison["warnings"]),
        ]
    )
    return code


def points(text):
    value = float(text)
    if not value >= 0 or math.isinf(value):
        raise ValueError
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core-set", required=True, help="what both were run on")
    parser.add_argument("--checkpoint", required=True, help="log of the new one, or the folder of its run")
    parser.add_argument("--checkpoint-name", help="what to call it (default: as its log says)")
    reference = parser.add_mutually_exclusive_group(required=True)
    reference.add_argument("--reference", help="log of the reference, or the folder of its run")
    reference.add_argument("--reference-evaluation", help="id of an evaluation on the same core set")
    reference.add_argument("--reference-model", help="a model of the history, whose full score is known")
    parser.add_argument("--reference-name", help="what to call it (default: as its log says)")
    parser.add_argument("--metric", help="the metric to take, as in the import of the history")
    parser.add_argument("--filter", help="the filter to take, likewise")
    parser.add_argument("--level", type=float, default=0.95, help="of the interval (default: 0.95)")
    parser.add_argument("--tolerate", type=points, default=0.0, help="a loss that is no reason to fail, score units")
    options = parser.parse_args()
    try:
        return report(compare(options), options.tolerate)
    except Unanswered as reason:
        annotate("error", "checkpoint gate", str(reason))
        return UNANSWERED


if __name__ == "__main__":
    sys.exit(main())
