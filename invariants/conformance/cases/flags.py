"""What vectors are about."""

from collections.abc import Mapping

from invariants.conformance.vectors.vector_files import Flag

FLAGS: Mapping[str, Flag] = {
    "tie": Flag(
        "A score equals the threshold.",
        "The comparison is not strict, and neurons at rest are trained.",
    ),
    "equal-scores": Flag(
        "Several neurons have the same score.",
        "A tree keyed by scores alone loses neurons.",
    ),
    "all-fire": Flag("Every neuron is answered.", "Answers are cut off, or come in tree order."),
    "none-fires": Flag("No neuron is answered.", "The root is not looked at first."),
    "one-neuron": Flag("m = 1.", "A tree without inner nodes is not handled."),
    "odd-width": Flag(
        "m is not a power of two.",
        "A leaf is lost, or padding answers.",
    ),
    "negative": Flag(
        "Scores or thresholds are negative.",
        "Padding with 0 stands above real scores.",
    ),
    "zero-vector": Flag("A point or a weight is 0.", "Something divides by a norm."),
    "minus-zero": Flag("−0 stands where 0 may.", "Bits are compared in place of numbers."),
    "points-disagree": Flag(
        "A neuron fires on one point and not on another.",
        "One tree serves all points, or a tree is left behind.",
    ),
    "lowers-maximum": Flag(
        "An update lowers the largest score.",
        "Ancestors only ever grow: stale maxima.",
    ),
    "no-effect": Flag("An update changes nothing.", "An early stop is taken too early or never."),
    "repeated": Flag("One neuron is updated again and again.", "Old leaves are left in the tree."),
    "delta": Flag("A weight is changed by a difference.", "The difference replaces the weight."),
    "step": Flag("A Gauss-Newton step.", "The residual, its solution or the move is wrong."),
    "crossing": Flag("A step moves a neuron across b.", "Firing sets are not renewed."),
    "scale": Flag("The scale is not 1/√m of the neurons held.", "The scale is made up, not used."),
    "refusal": Flag("A request has a fault.", "Bad input is taken, or changes the state."),
    "boundary": Flag(
        "Score and threshold are within a few roundings.",
        "Sums are less exact than the contract says.",
    ),
    "cancellation": Flag(
        "Large terms cancel.",
        "Sums are kept in fewer bits than the contract says.",
    ),
    "subnormal": Flag(
        "Numbers are subnormal.", "Subnormals are flushed, and the contract denies it."
    ),
    "wide-range": Flag("Exponents are far apart.", "Numbers pass through a narrower format."),
}
