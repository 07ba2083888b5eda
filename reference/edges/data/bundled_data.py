"""The data sets that come with scikit-learn.

Apart from other tables, for scikit-learn takes longer to load than a small network to train.
"""

import numpy as np
from sklearn import datasets

from reference.edges.data.table import ArrayF, Table


def bundled_table(name: str) -> Table:
    """The table of this name: digits are two classes of images, others have standard columns."""
    match name:
        case "digits":
            features, labels = _arrays(*datasets.load_digits(return_X_y=True))
            chosen = (labels == 3) | (labels == 8)
            features, labels = features[chosen], labels[chosen]
            labels, remark = np.where(labels == 3, 1.0, -1.0), "digits 3 (+1) against 8 (−1)"
        case "breast-cancer":
            features, labels = _arrays(*datasets.load_breast_cancer(return_X_y=True))
            features = _standardized(features)
            remark = "benign (+1) against malignant (−1), columns standardized"
        case "diabetes":
            features, labels = _arrays(*datasets.load_diabetes(return_X_y=True))
            features, remark = _standardized(features), "disease progression, columns standardized"
        case _:
            features, labels = _arrays(*datasets.load_wine(return_X_y=True))
            features, labels = _standardized(features), np.where(labels == 0, 1.0, -1.0)
            remark = "first cultivar (+1) against the others (−1), columns standardized"
    return Table(name, features, labels, list(range(1, len(labels) + 1)), remark)


def _arrays(features: object, labels: object) -> tuple[ArrayF, ArrayF]:
    """Both as arrays of floats."""
    return np.array(features, dtype=np.float64), np.array(labels, dtype=np.float64)


def _standardized(features: ArrayF) -> ArrayF:
    """Columns of mean 0 and standard deviation 1."""
    standardized: ArrayF = (features - features.mean(axis=0)) / features.std(axis=0)
    return standardized
