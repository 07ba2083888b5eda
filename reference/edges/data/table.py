"""A table of numbers, before it becomes points. Nothing is scaled here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ArrayF = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Features (rows × d), labels (rows), the row numbers of the source, and how it was made.

    The name and the row numbers are for messages: rows are numbered as a person would count.
    """

    name: str
    features: ArrayF
    labels: ArrayF
    row_numbers: list[int]
    remark: str
