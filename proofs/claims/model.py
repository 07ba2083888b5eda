"""Claims model/*: the network, its Jacobian, its Gram matrix."""

from proofs.audit.checks import decides
from proofs.audit.effort import Effort
from proofs.audit.evidence import Decision
from proofs.ledger.claim import Verdict


@decides("model/gram", theorems=("firing/gram_matrix_by_intersection_counts",))
def gram(_effort: Effort) -> Decision:
    """G_ij = ⟨x_i, x_j⟩·|S_i ∩ S_j|/m, whatever the signs."""
    return Decision(Verdict.PROVED)


@decides("model/offset")
def offset(_effort: Effort) -> Decision:
    """The two activations differ by b, the outputs by C."""
    return Decision(Verdict.PROVED)
