"""The published AIPW estimate with scikit-learn, timed one target at a time.

Each line on standard input asks for one target; the answer is a line with the milliseconds it took.
What is the same for all targets (choosing columns, transposing) is done before and not counted.

    python3 bench/reference/aipw.py <sources> <items> <core set size>
"""

import sys
import time

import numpy as np
from sklearn.linear_model import Ridge

PENALTY = 10


def simulate(n_models, n_items, random):
    """Answers by a two-parameter logistic model, 0 or 1, models x items."""
    ability = random.normal(size=(n_models, 1))
    difficulty = random.normal(size=n_items)
    discrimination = np.exp(0.3 * random.normal(size=n_items))
    right = 1 / (1 + np.exp(-discrimination * (ability - difficulty)))
    return (random.uniform(size=right.shape) < right).astype(np.float32)


def estimate(core_features, rest_features, core_scores):
    """ybar_C + (mean over the rest of yhat - mean over C of yhat) / (1 + n / (N - n))."""
    ridge = Ridge(alpha=PENALTY).fit(core_features, core_scores)
    core_predictions = ridge.predict(core_features)
    rest_predictions = ridge.predict(rest_features)
    share = 1 / (1 + len(core_features) / len(rest_features))
    return core_scores.mean() + share * (rest_predictions.mean() - core_predictions.mean())


def main():
    n_sources, n_items, size = map(int, sys.argv[1:])
    random = np.random.RandomState(12345)
    scores = simulate(n_sources + 16, n_items, random)
    order = random.permutation(n_items)
    core, rest = order[:size], order[size:]
    core_features = np.ascontiguousarray(scores[:n_sources, core].T)
    rest_features = np.ascontiguousarray(scores[:n_sources, rest].T)
    targets = scores[n_sources:, core]
    for call, _ in enumerate(sys.stdin):
        start = time.perf_counter()
        value = estimate(core_features, rest_features, targets[call % len(targets)])
        milliseconds = 1000 * (time.perf_counter() - start)
        if not np.isfinite(value):
            sys.exit("the estimate is not finite")
        print(milliseconds, flush=True)


main()
