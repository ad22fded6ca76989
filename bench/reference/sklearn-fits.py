"""The fits of a back-test by scikit-learn: the same models, splits and numbers of items, the same regressions.

usage: sklearn-fits.py MATRIX.csv.gz REPEATS SIZE

Prints seconds as JSON: `one_by_one` fits AIPW's regression for each target, as the paper's code does (arXiv 2506.07673),
`at_once` all targets of a trial in one call.
"""

import csv
import gzip
import json
import sys
import time

import numpy
from sklearn.linear_model import Ridge, RidgeCV

PENALTY = 30
PENALTIES = [0.1, 1, 10]


def read(path):
    with gzip.open(path, "rt", newline="") as lines:
        rows = list(csv.reader(lines))
    return numpy.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


def split(kind, truths, random):
    count = len(truths)
    if kind == "interpolation":
        shuffled = random.permutation(count)
        return shuffled[count // 4 :], shuffled[: count // 4]
    ranked = numpy.argsort(truths, kind="stable")
    return ranked[: count // 2], ranked[count - int(0.3 * count) :]


def fit_one_by_one(sources, core, answers):
    estimates = []
    for target in answers:
        ridge = Ridge(alpha=PENALTY).fit(sources[:, core].T, target)
        predicted = ridge.predict(sources.T)
        estimates.append(target.mean() + predicted.mean() - predicted[core].mean())
    return numpy.array(estimates)


def fit_at_once(sources, core, answers):
    ridge = Ridge(alpha=PENALTY).fit(sources[:, core].T, answers.T)
    predicted = ridge.predict(sources.T)
    return answers.mean(axis=1) + predicted.mean(axis=0) - predicted[core].mean(axis=0)


def run(scores, repeats, size, fit):
    """Seconds, and the mean absolute error of AIPW, so that nobody can say it did something else."""
    truths = scores.mean(axis=1)
    random = numpy.random.default_rng(7)
    errors = []
    start = time.perf_counter()
    for _ in range(repeats):
        for kind in ("interpolation", "extrapolation"):
            models, targets = split(kind, truths, random)
            core = random.choice(scores.shape[1], size, replace=False)
            sources, answers = scores[models], scores[numpy.ix_(targets, core)]
            plain = answers.mean(axis=1)
            learned = RidgeCV(alphas=PENALTIES).fit(sources[:, core], truths[models]).predict(answers)
            assert plain.shape == learned.shape
            errors.append(numpy.abs(fit(sources, core, answers) - truths[targets]).mean())
    return time.perf_counter() - start, float(numpy.mean(errors))


def main():
    scores, repeats, size = read(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    run(scores, 1, size, fit_one_by_one)
    one_by_one, error = run(scores, repeats, size, fit_one_by_one)
    at_once, _ = run(scores, repeats, size, fit_at_once)
    print(json.dumps({"one_by_one": one_by_one, "at_once": at_once, "mean_absolute_error": error}))


if __name__ == "__main__":
    main()
