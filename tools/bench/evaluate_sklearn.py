"""What `ehrsynth evaluate` computes of rows, as one would write it with numpy, scipy and scikit-learn: the reference of
`npm run bench` for it.

Reads from stdin's JSON three matrices as CSR (paths of int32 files): training, holdout and synthetic, as many rows each. Each
figure is of synthetic rows against held-out ones, and again of training rows against them, as evaluate has it. Prints a line of
JSON for each work: the median of its seconds, and the figures that must be the same as evaluate's.
"""

import json
import statistics
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix, vstack
from scipy.stats import ks_2samp
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import pairwise_distances_argmin_min, roc_auc_score
from sklearn.model_selection import StratifiedKFold

MIN_PATIENTS = 30


class Rows:
    def __init__(self, spec, columns):
        indptr, indices, values = (np.fromfile(spec[name], dtype=np.int32) for name in ("indptr", "indices", "values"))
        shape = (len(indptr) - 1, columns)
        self.counts = csr_matrix((values.astype(np.float64), indices, indptr), shape=shape)
        self.sets = csr_matrix((np.ones(len(indices), np.float32), indices, indptr), shape=shape)
        self.rows = shape[0]

    def carriers(self):
        return np.bincount(self.sets.indices, minlength=self.sets.shape[1])

    def sizes(self):
        return np.diff(self.sets.indptr)


def moments(rows):
    carriers = np.maximum(rows.carriers(), 1)
    mean = np.asarray(rows.counts.sum(0)).ravel() / carriers
    square = np.asarray(rows.counts.power(2).sum(0)).ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (square - carriers * mean**2) / (carriers - 1)
    return rows.carriers(), mean, variance


def phi(both, alone, rows):
    p = alone / rows
    spread = np.sqrt(np.outer(p * (1 - p), p * (1 - p)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (both / rows - np.outer(p, p)) / spread, 0)


def lift(both, alone, rows):
    return np.log((both + 0.5) * rows / np.outer(alone + 0.5, alone + 0.5))


def counts_and_pairs(reference, other):
    p, q = (rows.carriers() / rows.rows for rows in (reference, other))
    a, b = reference.sizes(), other.sizes()
    of_a, of_b = moments(reference), moments(other)
    common = (of_a[0] >= MIN_PATIENTS) & (of_b[0] >= 2)
    columns = np.flatnonzero(reference.carriers() >= MIN_PATIENTS)
    dense = [rows.sets[:, columns].toarray() for rows in (reference, other)]
    both = [x.T @ x for x in dense]
    alone = [np.diag(x) for x in both]
    upper = np.triu_indices(len(columns), 1)
    phis = [phi(x, y, rows.rows)[upper] for x, y, rows in zip(both, alone, (reference, other))]
    enough = both[0][upper] >= MIN_PATIENTS
    lifts = [lift(x, y, rows.rows)[upper][enough] for x, y, rows in zip(both, alone, (reference, other))]
    least, most = min(a.min(), b.min()), max(a.max(), b.max())
    width = max(1, (most - least + 1) / 20)
    shares = [np.bincount(((x - least) // width).astype(int), minlength=20) / len(x) for x in (a, b)]
    return {
        "prevalenceR": np.corrcoef(p, q)[0, 1],
        "prevalenceRmse": np.sqrt(np.mean((p - q) ** 2)),
        "lengthKs": ks_2samp(a, b, method="asymp").statistic,
        "abundance": np.abs(shares[0] - shares[1]).sum() / 2,
        "countMeanR": np.corrcoef(of_a[1][common], of_b[1][common])[0, 1],
        "countVarianceR": np.corrcoef(of_a[2][common], of_b[2][common])[0, 1],
        "phiDifference": np.abs(phis[0] - phis[1]).mean(),
        "phiR": np.corrcoef(*phis)[0, 1],
        "liftPairs": int(enough.sum()),
        "liftR": np.corrcoef(*lifts)[0, 1],
        "liftRmse": np.sqrt(np.mean((lifts[0] - lifts[1]) ** 2)),
    }


def clusters(reference, other):
    both = vstack([reference.sets, other.sets])
    chosen = np.argsort(-np.bincount(both.indices, minlength=both.shape[1]), kind="stable")[:1000]
    points = PCA(n_components=0.8, svd_solver="full").fit_transform(both[:, chosen].toarray())
    few = points[:: max(1, -(-reference.rows // 2000))]
    spreads = np.array([KMeans(k, n_init=1, random_state=1).fit(few).inertia_ for k in range(1, 11)])
    line = np.linspace(spreads[0], spreads[-1], 10)
    k = max(2, int(np.argmax(line - spreads)) + 1)
    labels = KMeans(k, n_init=1, random_state=1).fit_predict(points)
    share = np.bincount(labels[reference.rows :], minlength=k) / np.bincount(labels, minlength=k)
    np.log(np.mean((share - 0.5) ** 2))
    return {"dimensions": points.shape[1]}


def logistic():
    return LogisticRegression(C=1.0, max_iter=1000)


def trees():
    # A column is there or not: with more bins than two it would take longer, for the same trees.
    return HistGradientBoostingClassifier(
        max_iter=100, max_depth=4, max_leaf_nodes=None, learning_rate=0.1, l2_regularization=1.0,
        min_samples_leaf=1, early_stopping=False, max_bins=2,
    )


def scores(model, x):
    return model.decision_function(x)


def distinguish(reference, other):
    x = vstack([reference.sets, other.sets]).tocsr()
    dense = x.toarray()
    labels = np.repeat([1, 0], [reference.rows, other.rows])
    found = {}
    for name, make, data in (("logistic", logistic, x), ("trees", trees, dense)):
        folds = StratifiedKFold(5, shuffle=True, random_state=1).split(dense, labels)
        areas = [
            roc_auc_score(labels[test], scores(make().fit(data[train], labels[train]), data[test]))
            for train, test in folds
        ]
        found[name] = float(np.mean(areas))
    return found


def without(x, column):
    hidden = x.copy()
    hidden.data[hidden.indices == column] = 0
    return hidden


def best_f1_threshold(found, labels):
    order = np.argsort(-found, kind="stable")
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + labels.sum())
    return found[order[np.argmax(f1)]]


def f1_at(threshold, found, labels):
    called = found >= threshold
    return 2 * (labels & called).sum() / (called.sum() + labels.sum())


def predict(training, holdout, synthetic):
    half = training.rows // 2
    sides = [training.sets[:half], training.sets[half : 2 * half], synthetic.sets[:half]]
    carriers = holdout.carriers()
    commonest = np.argsort(-training.carriers(), kind="stable")[:50]
    columns = [c for c in commonest if 20 <= carriers[c] <= holdout.rows - 20]
    areas = [[], [], []]
    for column in columns:
        test = without(holdout.sets, column)
        truth = holdout.sets[:, [column]].toarray().ravel() > 0
        for side, own in zip(sides, areas):
            labels = side[:, [column]].toarray().ravel() > 0
            x = without(side, column)
            model = logistic().fit(x, labels)
            found = scores(model, test)
            own.append(roc_auc_score(truth, found))
            f1_at(best_f1_threshold(scores(model, x), labels), found, truth)
    return {"codes": len(columns), "meanAuc": np.mean(areas[0]), "aucGap": np.mean(areas[0]) - np.mean(areas[2])}


def outcome(training, holdout, synthetic):
    column = int(np.argmin(np.abs(training.carriers() / training.rows - 0.15)))

    def split(rows):
        x = rows.toarray()
        labels = x[:, column] > 0
        x[:, column] = 0
        return x, labels

    a, b, c = (split(rows.sets) for rows in (training, holdout, synthetic))
    both = tuple(np.concatenate([one, other]) for one, other in zip(a, c))
    real, other, *more, together = (trees().fit(*one) for one in (a, c, a, b, c, both))
    area = lambda model, rows: roc_auc_score(rows[1], scores(model, rows[0]))
    area(real, c), area(together, b)
    return {"column": column, "realReal": area(real, b), "syntheticReal": area(other, b)}


def nearest(training, holdout, synthetic):
    targets = synthetic.sets.toarray()
    near = lambda rows: pairwise_distances_argmin_min(rows.sets.toarray(), targets, metric="sqeuclidean")[1]
    members, others = near(training), near(holdout)
    labels = np.repeat([1, 0], [len(members), len(others)])
    distances = np.rint(np.concatenate([members, others]))
    return {"auc": roc_auc_score(labels, -distances), "median": np.median(np.rint(members))}


def main():
    spec = json.load(sys.stdin)
    training, holdout, synthetic = (Rows(spec[name], spec["columns"]) for name in ("training", "holdout", "synthetic"))

    def twice(figure):
        def both():
            found = figure(holdout, synthetic)
            figure(holdout, training)
            return found

        return both

    works = {
        "counts and pairs": twice(counts_and_pairs),
        "clusters": twice(clusters),
        "distinguishing": twice(distinguish),
        "prediction": lambda: predict(training, holdout, synthetic),
        "outcome": lambda: outcome(training, holdout, synthetic),
        "nearest rows": lambda: nearest(training, holdout, synthetic),
    }
    for name, work in works.items():
        took = []
        for _ in range(spec["repeats"]):
            started = time.perf_counter()
            figures = work()
            took.append(time.perf_counter() - started)
        line = {"work": name, "seconds": statistics.median(took), "figures": figures}
        print(json.dumps(line, default=float), flush=True)


main()
