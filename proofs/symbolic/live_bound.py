"""The most that a whole training can take where only live neurons are drawn, whatever happens.

Of c candidates at most c are held, and each fires on at most n points. So every closed form has a
bound in c, n, d and the number of steps; the training's counted operations must be within it.

Claim beyond/sublinear-total.
"""

from reference import closed_forms
from reference.counters import added


def most_operations(candidates: int, n: int, d: int, steps: int) -> int:
    """Set-up, so many full Gauss-Newton steps, and the last look at the loss.

    Scores are kept in flat lists, weights rewritten, G made in full and factorized.
    """
    c, pairs = candidates, candidates * n
    set_up = (
        closed_forms.live_draws(c, n, d),
        closed_forms.scores(c, n, d),
        closed_forms.scan_build(c).times(n),
        closed_forms.point_products(n, d),
    )
    look = (closed_forms.scan_query(c).times(n), closed_forms.predict(pairs))
    step = (
        closed_forms.gram(c * closed_forms.coincidences([n]), n),
        closed_forms.factorized_solve(n),
        closed_forms.rewrite(pairs, c, d),
        closed_forms.displacement(pairs, n),
        closed_forms.displace(c, n),
        closed_forms.scan_replace(c).times(n),
    )
    return (added(set_up) + added(look).times(steps + 1) + added(step).times(steps)).total
