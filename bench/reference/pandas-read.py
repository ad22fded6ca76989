"""Milliseconds that pandas takes to read a CSV, as a JSON list.

usage: pandas-read.py FILE TIMES
"""

import json
import sys
import time

import pandas


def read(path):
    start = time.perf_counter()
    frame = pandas.read_csv(path)
    assert len(frame) > 0
    return 1000 * (time.perf_counter() - start)


print(json.dumps([read(sys.argv[1]) for _ in range(int(sys.argv[2]))]))
