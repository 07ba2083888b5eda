"""A binomial draw for any n up to 2^62, where numpy's own is wrong.

The i-th smallest of n uniform numbers has the law Beta(i, n + 1 − i). It decides about half of
them at once, and leaves the other half uniform on one side of it:

       0            X = the i-th smallest            1       i = ⌊(n + 1)/2⌋
       ├──── i − 1 ────┼────────── n − i ────────────┤
                            p right of X: i are below p, count on among the n − i, at (p−X)/(1−X)
          p left of X: none right of X is below p, count on among the i − 1, at p/X

and so on, until so few are left that numpy may be asked.

Why not at once: numpy's generator (BTPE) forms its candidate as a double of about n/2, and squares
its distance from the mean as a 64-bit integer. At p = ½ and n = 2^k, 200,000 draws of numpy 2.4.6
had: at k = 54 a quarter of odd numbers, from 55 on multiples of 2^(k−54) and nothing else; at 61
and 62, where the square overflows, 1.2 and 2.5 times as many as there should be beyond 2.83
standard deviations, and at 62 a variance 1.077 times too large (the tests show it). At k ≤ 53
nothing is known against it; 2^16 is well below.

At rounding: X and p are doubles, so each count is off by up to about n·2^−53, which at n = 2^62
is 2^−21 of its standard deviation; later rounds spread it over all integers.

Source: Relles 1972; Devroye, Non-Uniform Random Variate Generation, X.4.
"""

import numpy as np

FEW = 1 << 16
"""At most so many are left to numpy, whose doubles then hold every number exactly."""


def binomial(generator: np.random.Generator, n: int, p: float) -> int:
    """How many of n independent events happen, each of probability p.

    Domain: 0 ≤ n ≤ 2^62, 0 ≤ p ≤ 1. Cost: log₂(n/`FEW`) beta variates and one binomial of numpy's.
    """
    below = 0
    while n > FEW:
        middle = (n + 1) // 2
        split = generator.beta(middle, n + 1 - middle)
        if split <= p:
            below += middle
            n, p = n - middle, (p - split) / (1 - split)
        else:
            n, p = middle - 1, p / split
    return below + int(generator.binomial(n, p))
