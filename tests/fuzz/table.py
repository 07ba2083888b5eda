"""All targets, by name."""

from tests.fuzz import invariants_targets, proofs_targets, reference_targets

TARGETS = {
    target.name: target
    for room in (reference_targets, invariants_targets, proofs_targets)
    for target in room.TARGETS
}
