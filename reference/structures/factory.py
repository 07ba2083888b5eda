"""Which structure has which name."""

from collections.abc import Iterable, Sequence

from reference.scalar import Arithmetic, S
from reference.structures.flat_scan import FlatScan
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.threshold_search import Structure, ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees


def threshold_search(
    structure: Structure,
    arithmetic: Arithmetic[S],
    columns: Iterable[Sequence[S]],
    threshold: S,
    shape: Sequence[bytes] = (),
) -> ThresholdSearch[S]:
    """The structure of this name over these scores, one column a point.

    It answers at least at this threshold; all but the incremental sets, at any other too.
    """
    match structure:
        case Structure.TOURNAMENT:
            return TournamentTrees(arithmetic, columns)
        case Structure.ORDERED:
            return OrderedTrees(arithmetic, columns, shape)
        case Structure.SCAN:
            return FlatScan(arithmetic, columns)
        case Structure.INCREMENTAL:
            return IncrementalSets(arithmetic, columns, threshold)
