"""Numbers of classifications by scikit-learn, statsmodels and cleanlab: what the lab's are checked against.

Usage: python test/support/evaluation_numbers.py > test/support/evaluation-numbers.json
Needs numpy, scikit-learn, statsmodels and cleanlab from PyPI.

Probabilities and labels come from a hash that test/support/hashed-classification.ts computes as well, so
that only results are stored. scikit-learn 1.9, statsmodels 0.15 and cleanlab 2.9 wrote the stored ones.
"""

import json
import sys
import warnings

import numpy as np
from cleanlab.filter import find_label_issues
from sklearn import metrics
from sklearn.calibration import calibration_curve
from statsmodels.stats.contingency_tables import mcnemar

UNKNOWN = -1
BINS = 15
# name, pictures, classes, of them without a picture, whole numbers that a probability is made of:
# few of them make many ties.
CASES = [
    ("two classes", 60, 2, 0, 5),
    ("ties", 300, 5, 0, 6),
    ("empty classes", 200, 12, 4, 1000),
    ("two hundred classes", 2000, 200, 0, 100_000),
    ("one class with pictures", 40, 3, 2, 50),
]
DISCORDANT = [(0, 0), (1, 0), (5, 2), (12, 12), (20, 4), (12, 13), (30, 10), (60, 200), (300, 301)]


def hash_numbers(count: int, salt: int) -> np.ndarray:
    """`count` whole numbers from 0 to below 2^32, as in test/support/hashed-numbers.ts."""
    mask = 0xFFFFFFFF
    value = (np.arange(count, dtype=object) + salt * 0x9E3779B9) & mask
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = ((value ^ (value >> shift)) * factor) & mask
    return (value ^ (value >> 16)).astype(np.int64)


def make_case(salt: int, pictures: int, classes: int, empty: int, levels: int):
    """float32 (N, K) and int (N,); each eleventh picture is of an unknown class."""
    shape = (pictures, classes)
    values = 1 + hash_numbers(pictures * classes, salt).reshape(shape) % levels
    drawn = hash_numbers(pictures, salt + 100)
    label = drawn % (classes - empty)
    # Three pictures in four lean to their class, the more the later in the list.
    rows = np.arange(pictures)
    lean = np.where(drawn // 1024 % 4 == 0, 0, rows % classes * levels)
    values[rows, label] += lean
    probabilities = (values / values.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities, np.where(rows % 11 == 10, UNKNOWN, label)


def digits(value):
    """None where it is undefined, else ten digits."""
    return None if np.isnan(value) else float(f"{value:.10g}")


def measure_areas(p: np.ndarray, y: np.ndarray, classes: int) -> dict:
    auc, ap = [], []
    for index in range(classes):
        truth = y == index
        is_defined = truth.any() and not truth.all()
        auc.append(metrics.roc_auc_score(truth, p[:, index]) if is_defined else np.nan)
        ap.append(metrics.average_precision_score(truth, p[:, index]) if is_defined else np.nan)
    areas = {"auc": [digits(v) for v in auc], "ap": [digits(v) for v in ap]}
    if len(np.unique(y)) == classes:
        # AUC of both columns of two classes is the same: scikit-learn gives one.
        scores = p[:, 1] if classes == 2 else p
        truth = np.eye(classes)[y]
        for average in ("macro", "weighted"):
            areas[f"{average}Auc"] = digits(
                metrics.roc_auc_score(y, scores, multi_class="ovr", average=average)
            )
            areas[f"{average}Ap"] = digits(
                metrics.average_precision_score(truth, p, average=average)
            )
    return areas


def measure_curves(p: np.ndarray, y: np.ndarray) -> dict:
    """Of class 0, all thresholds."""
    fpr, tpr, _ = metrics.roc_curve(y == 0, p[:, 0], drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(y == 0, p[:, 0])
    return {
        "roc": [[digits(x), digits(v)] for x, v in zip(fpr, tpr)],
        "pr": [[digits(x), digits(v)] for x, v in zip(recall[::-1], precision[::-1])],
    }


def measure_calibration(p: np.ndarray, right: np.ndarray) -> dict:
    confidence = p.max(axis=1).astype(np.float64)
    accuracy, mean = calibration_curve(right, confidence, n_bins=BINS, strategy="uniform")
    edges = np.linspace(0, 1, BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=BINS)
    gaps = np.abs(accuracy - mean)
    return {
        "pictures": counts.tolist(),
        "accuracy": [digits(v) for v in accuracy],
        "meanConfidence": [digits(v) for v in mean],
        "ece": digits((gaps * counts[counts > 0]).sum() / counts.sum()),
        "mce": digits(gaps.max()),
    }


def measure_case(
    salt: int, name: str, pictures: int, classes: int, empty: int, levels: int
) -> dict:
    p, label = make_case(salt, pictures, classes, empty, levels)
    known = label != UNKNOWN
    p, y = p[known], label[known]
    predicted = p.argmax(axis=1)
    every, present = range(classes), np.unique(y)
    own = metrics.precision_recall_fscore_support(y, predicted, labels=every, zero_division=np.nan)
    means = {
        average: [
            digits(v)
            for v in metrics.precision_recall_fscore_support(
                y, predicted, labels=present, average=average, zero_division=0
            )[:3]
        ]
        for average in ("macro", "weighted")
    }
    doubles = p.astype(np.float64)
    suspects = np.zeros(len(y), dtype=bool)
    if len(present) > 1:
        suspects = find_label_issues(y, p, filter_by="confident_learning", n_jobs=1)
    return {
        "name": name,
        "salt": salt,
        "pictures": pictures,
        "classes": classes,
        "empty": empty,
        "levels": levels,
        "top1": digits(metrics.accuracy_score(y, predicted)),
        "balancedAccuracy": digits(metrics.balanced_accuracy_score(y, predicted)),
        "loss": digits(metrics.log_loss(y, doubles, labels=every)),
        "brier": digits(metrics.brier_score_loss(y, doubles, labels=every, scale_by_half=False)),
        "precision": [digits(v) for v in own[0]],
        "recall": [digits(v) for v in own[1]],
        "f1": [digits(v) for v in own[2]],
        "support": own[3].tolist(),
        **means,
        "confusion": metrics.confusion_matrix(y, predicted, labels=every).tolist()
        if classes <= 12
        else None,
        "calibration": measure_calibration(p, predicted == y),
        "areas": measure_areas(p, y, classes),
        "curves": measure_curves(p, y) if classes <= 5 and empty == 0 else None,
        "labelErrors": np.arange(pictures)[known][suspects].tolist(),
    }


def test_mcnemar(only_a: int, only_b: int) -> dict:
    exact = only_a + only_b < 25
    result = mcnemar([[40, only_a], [only_b, 10]], exact=exact, correction=True)
    return {
        "onlyA": only_a,
        "onlyB": only_b,
        "test": "exact" if exact else "chi-square",
        "statistic": digits(result.statistic),
        "pValue": digits(result.pvalue),
    }


def main() -> None:
    warnings.filterwarnings("ignore")
    stored = {
        "cases": [measure_case(salt, *case) for salt, case in enumerate(CASES, 1)],
        "mcNemar": [test_mcnemar(*pair) for pair in DISCORDANT],
    }
    json.dump(stored, sys.stdout)


main()
