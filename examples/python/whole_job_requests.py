#!/usr/bin/env python3
"""The whole job as in whole_job.py, with the package `requests`.

    BENCHCAST_URL=http://127.0.0.1:8080 python3 whole_job_requests.py [--benchmark NAME] [--folder FOLDER]
"""

import argparse
import os
import subprocess
import sys
import tempfile

import requests

BASE = os.environ.get("BENCHCAST_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("BENCHCAST_KEY")
MAKE_LOGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "make_logs.py")


def call(method, path, **rest):
    headers = {"Authorization": f"Bearer {KEY}"} if KEY else {}
    response = requests.request(method, BASE + path, headers=headers, timeout=600, **rest)
    if not response.ok:
        problem = response.json()
        raise SystemExit(f"{problem['title']}: {problem['detail']}")
    return response.json()


def parts(folder):
    """The files of a folder as parts of a form. Each keeps its folder in its name: lm-eval calls it after the model."""
    found = []
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                found.append(("file", (os.path.relpath(path, folder).replace(os.sep, "/"), file.read())))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmark", default="arithmetic", help="what to call it (default: arithmetic)")
    parser.add_argument("--folder", help="to work in (default: a temporary one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        whole_job(f"/v1/benchmarks/{options.benchmark}", options.folder or temporary)


def whole_job(benchmark, folder):
    history, logs = os.path.join(folder, "history"), os.path.join(folder, "logs")
    if not os.path.exists(history):
        subprocess.run([sys.executable, MAKE_LOGS, history], check=True)

    # 1. The logs of earlier models.
    call("PUT", benchmark, json={"title": "Made-up arithmetic"})
    query = {"filter": "strict-match"}
    imported = call("POST", f"{benchmark}/imports", params=query, files=parts(history))
    print("imported:", len(imported["models"]), "models,", imported["outcome"]["cells"], "scores")

    # 2. A core set, as the file that `lm_eval run --samples` takes.
    core_set = call("POST", f"{benchmark}/core-sets", json={"size": 60, "seed": 7})
    runnable = call("GET", f"/v1/core-sets/{core_set['id']}", params={"format": "lm-eval"})
    samples = os.path.join(folder, runnable["files"][0]["name"])
    with open(samples, "w", encoding="utf-8") as file:
        file.write(runnable["files"][0]["content"])

    # 3. The run. A stand-in here: it answers as a model of this ability would.
    stand_in = [MAKE_LOGS, logs, "--samples", samples, "--model", "acme/new-7b", "--ability", "0.4"]
    subprocess.run([sys.executable, *stand_in], check=True)

    # 4. Its log goes back as it is, and the answer comes at once.
    path = f"/v1/core-sets/{core_set['id']}/evaluations"
    answer = call("POST", path, params=query, files=parts(logs))
    print(f"{answer['model']}: run on {answer['observed_items']} of {answer['population']} items")
    for estimate in answer["estimates"]:
        interval = estimate["interval"]
        worth = f"{interval['lower']:.3f} to {interval['upper']:.3f}" if interval else estimate["reason"]
        print(f"  {estimate['method']:22} {estimate['estimate']:.3f}   {worth}")
    for warning in answer["warnings"]:
        print(f"  {warning['severity']}: {warning['message']}")
    if not answer["warnings"]:
        print("  no warnings")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
