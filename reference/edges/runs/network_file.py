"""The trained network as a file: the neurons that moved, and their places among all m.

All others are as they were drawn, so with the seed this is the whole network: write the rows over
those of W(0) (`whole_weights`). After `--init live` the others were never drawn; on the training
points they do not fire, so there the file alone gives the outputs:

    f_i = m^(−1/2) · Σ_r signs[r] · max(⟨weights[r], x_i⟩ − shift − excess[r], 0) + offset

On other points neurons that are not in the file may fire (see `reference.training.live`).
"""

from io import BytesIO

import numpy as np
import numpy.typing as npt

from reference.edges.networks.network_errors import NetworkDamaged, NetworkMismatch
from reference.edges.system.archives import ArchiveUnreadable, arrays_in
from reference.ids import Neuron
from reference.ports.vectorized.weight_arrays import WeightArrays
from reference.scalar import S
from reference.training.training import Run

ArrayF = npt.NDArray[np.float64]


def network_file(run: Run[S]) -> bytes:
    """An NPZ file of the neurons that have moved; rationals as the nearest floats.

    Shapes: places k, weights k×d, signs k, excess k or 0; width, shift, scale, offset are numbers.
    The same run gives the same bytes.
    """
    network = run.trainer.network
    moved = sorted(network.weights.moved)
    if isinstance(network.weights, WeightArrays):
        rows = network.weights.current()[moved]
    else:
        listed = [[float(w) for w in network.weights.row(Neuron(r))] for r in moved]
        rows = np.array(listed, np.float64).reshape(len(moved), network.weights.columns)
    excess = [float(network.excess[r]) for r in moved] if network.excess else []
    content = BytesIO()
    np.savez(
        content,
        places=np.array([network.places[r] for r in moved], np.int64),
        weights=rows,
        signs=np.array([network.signs[r] for r in moved], np.int8),
        excess=np.array(excess, np.float64),
        width=np.int64(network.m),
        shift=np.float64(network.shift),
        scale=np.float64(network.scale),
        offset=np.float64(network.offset),
    )
    return content.getvalue()


def whole_weights(content: bytes, initial: ArrayF) -> ArrayF:
    """All m rows after training: W(0) with the moved ones written over.

    Shapes: m×d. Errors: `network-damaged`; `network-mismatch` if W(0) has another shape than the
    network had.
    """
    try:
        file = arrays_in(BytesIO(content))
        places, rows, width = (file[name] for name in ("places", "weights", "width"))
    except ArchiveUnreadable as error:
        raise NetworkDamaged(str(error)) from error
    except KeyError as error:
        raise NetworkDamaged(f"it has no array {error}") from error
    _check_parts(places, rows, width)
    expected = (int(width.item()), rows.shape[1])
    if initial.shape != expected:
        raise NetworkMismatch(expected, initial.shape)
    if not set(range(len(initial))).issuperset(places.tolist()):
        raise NetworkDamaged(f"a place is not one of 0 … {len(initial) - 1}")
    whole = initial.copy()
    whole[places] = rows
    return whole


def _check_parts(
    places: npt.NDArray[np.generic], rows: npt.NDArray[np.generic], width: npt.NDArray[np.generic]
) -> None:
    """They are of the types and shapes that are written. Errors: `network-damaged`."""
    for name, array, kind, axes in (
        ("places", places, np.int64, 1),
        ("weights", rows, np.float64, 2),
        ("width", width, np.int64, 0),
    ):
        if array.dtype != kind or array.ndim != axes:
            found = f"{name} is an array of {array.dtype} and shape {array.shape}"
            raise NetworkDamaged(found)
    if len(places) != len(rows):
        raise NetworkDamaged(f"{len(places)} places and {len(rows)} rows of weights")
