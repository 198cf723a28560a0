"""Linear classifiers by scikit-learn: what the engine's are checked against.

Usage: python test/support/linear_svc.py > test/support/linear-svc.json
Needs scikit-learn and numpy from PyPI; scikit-learn 1.9 wrote the stored ones.

The rows come from the hash that test/support/hashed-numbers.ts computes as well, so that only results
are stored: rows of unit length around a centre for each class; the classes differ in size.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, recall_score
from sklearn.svm import LinearSVC

DIMS, SIZES = 40, (60, 45, 30, 15)
CENTRES, NOISE, NOISE_SIZE = 3000, 3001, 2.0
COSTS = (0.1, 1.0, 10.0, 100.0)
FOLDS = 3


def uniform(count: int, salt: int) -> np.ndarray:
    """In [-1, 1), rounded to float32."""
    mask = np.uint64(0xFFFFFFFF)
    value = (np.arange(count, dtype=np.uint64) + np.uint64(salt * 0x9E3779B9)) & mask
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = ((value ^ (value >> np.uint64(shift))) * np.uint64(factor)) & mask
    value = value ^ (value >> np.uint64(16))
    return (value.astype(np.float64) / 2**31 - 1).astype(np.float32).astype(np.float64)


def make_rows() -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(len(SIZES)), SIZES)
    centres = uniform(len(SIZES) * DIMS, CENTRES).reshape(-1, DIMS)
    noise = uniform(len(labels) * DIMS, NOISE).reshape(-1, DIMS)
    rows = centres[labels] + NOISE_SIZE * noise
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), labels


def fit(rows: np.ndarray, labels: np.ndarray, cost: float) -> LinearSVC:
    return LinearSVC(C=cost, dual=False, tol=1e-10, max_iter=100_000).fit(rows, labels)


def main() -> None:
    rows, labels = make_rows()
    # Place of each row in its class.
    place = np.concatenate([np.arange(size) for size in SIZES])
    train = place % 3 != 0
    fold = (place - place // 3 - 1) % FOLDS
    results = []
    for cost in COSTS:
        model = fit(rows[train], labels[train], cost)
        scores = model.decision_function(rows[~train])
        predicted = scores.argmax(axis=1)
        held = np.full(len(labels), -1)
        for own in range(FOLDS):
            inside = train & (fold != own)
            outside = train & (fold == own)
            held[outside] = fit(rows[inside], labels[inside], cost).predict(rows[outside])
        recalls = recall_score(labels[~train], predicted, average=None)
        results.append(
            {
                "cost": cost,
                "scores": [round(float(value), 6) for value in scores.ravel()],
                "recalls": [float(value) for value in recalls],
                "meanRecall": float(recalls.mean()),
                "precisions": [
                    float(average_precision_score(labels[~train] == own, scores[:, own]))
                    for own in range(len(SIZES))
                ],
                "heldRecall": float(
                    recall_score(labels[train], held[train], average="macro")
                ),
            }
        )
    print(json.dumps({"sklearn": sklearn.__version__, "results": results}, indent=1))


if __name__ == "__main__":
    sys.exit(main())
