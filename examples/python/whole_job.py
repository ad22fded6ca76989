#!/usr/bin/env python3
"""The whole job over HTTP with the standard library: logs in, core set out, stand-in run, log back, answer.

    BENCHCAST_URL=http://127.0.0.1:8080 python3 whole_job.py [--send form] [--benchmark NAME] [--folder FOLDER]

The logs are made up (../make_logs.py). With your own, take your folder of logs for HISTORY, and in place of the
stand-in the command line that the service prints for lm-eval.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile

BASE = os.environ.get("BENCHCAST_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("BENCHCAST_KEY")
MAKE_LOGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "make_logs.py")


def call(method, path, body=None, content_type="application/json", **query):
    """One request. Bytes go as they are, all else as JSON; an error says what to mend."""
    address = BASE + path + ("?" + urllib.parse.urlencode(query) if query else "")
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": content_type}, method=method)
    if KEY:
        request.add_header("Authorization", f"Bearer {KEY}")
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        places = [f"  {issue['path']}: {issue['message']}" for issue in problem.get("errors", [])]
        raise SystemExit("\n".join([f"{problem['title']}: {problem['detail']}", *places])) from None


def files_under(folder):
    """(name within the folder, path) of every file. The name of the folder matters: lm-eval calls it after the model."""
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(root, name)
            yield os.path.relpath(path, folder).replace(os.sep, "/"), path


def as_zip(folder):
    """All files of a folder as one body. It is made in memory: for more than a few GB write it to a file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, path in files_under(folder):
            packed.write(path, name)
    return archive.getvalue(), "application/zip"


def as_form(folder):
    """All files of a folder as a form, a part each: what a browser sends."""
    boundary = uuid.uuid4().hex
    body = io.BytesIO()
    for name, path in files_under(folder):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        with open(path, "rb") as file:
            body.write(head.encode() + file.read() + b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={boundary}"


def show(answer):
    """The answer, with what it is worth."""
    print(f"{answer['model']}: run on {answer['observed_items']} of {answer['population']} items")
    for estimate in answer["estimates"]:
        interval = estimate["interval"]
        worth = f"{interval['lower']:.3f} to {interval['upper']:.3f}" if interval else estimate["reason"]
        print(f"  {estimate['method']:22} {estimate['estimate']:.3f}   {worth}")
    print(f"  recommended: {answer['recommended']}, {answer['recommended_reason']}")
    for warning in answer["warnings"]:
        print(f"  {warning['severity']}: {warning['message']}")
    if not answer["warnings"]:
        print("  no warnings")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--send", choices=["zip", "form"], default="zip", help="how the logs go to the service")
    parser.add_argument("--benchmark", default="arithmetic", help="what to call it (default: arithmetic)")
    parser.add_argument("--folder", help="to work in (default: a temporary one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        whole_job(options, options.folder or temporary)


def whole_job(options, folder):
    pack = as_zip if options.send == "zip" else as_form
    history, logs = os.path.join(folder, "history"), os.path.join(folder, "logs")
    if not os.path.exists(history):
        subprocess.run([sys.executable, MAKE_LOGS, history], check=True)
    benchmark = f"/v1/benchmarks/{options.benchmark}"

    # 1. The logs of earlier models. A preview asks what they leave open: here, which of two filters counts.
    call("PUT", benchmark, {"title": "Made-up arithmetic"})
    packed = pack(history)
    preview = call("POST", f"{benchmark}/imports", *packed, dry_run="true")
    print("question:", preview["question"])
    imported = call("POST", f"{benchmark}/imports", *packed, filter="strict-match")
    print("imported:", len(imported["models"]), "models,", imported["outcome"]["cells"], "scores")

    # 2. A core set, as the file that `lm_eval run --samples` takes.
    core_set = call("POST", f"{benchmark}/core-sets", {"size": 60, "seed": 7})
    runnable = call("GET", f"/v1/core-sets/{core_set['id']}", format="lm-eval")
    samples = os.path.join(folder, runnable["files"][0]["name"])
    with open(samples, "w", encoding="utf-8") as file:
        file.write(runnable["files"][0]["content"])
    print("to run:", runnable["commands"][0])

    # 3. The run. A stand-in here: it answers as a model of this ability would.
    stand_in = [MAKE_LOGS, logs, "--samples", samples, "--model", "acme/new-7b", "--ability", "0.4"]
    subprocess.run([sys.executable, *stand_in], check=True)

    # 4. Its log goes back as it is, and the answer comes at once.
    answer = call("POST", f"/v1/core-sets/{core_set['id']}/evaluations", *pack(logs), filter="strict-match")
    show(answer)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
