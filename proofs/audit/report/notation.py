"""The symbols and areas of the claims, for a reader who begins here."""

from collections.abc import Mapping

SYMBOLS: Mapping[str, str] = {
    "$n$, $d$": "training points, and their coordinates",
    "$m$": "width: the number of neurons",
    "$x_i$, $y_i$": "a training point, of unit length unless said otherwise, and its label",
    "$w_r$, $a_r$": "a neuron's weights, which are trained, and its sign, which is frozen",
    r"$b$, $\alpha$": r"the shift $b = \sqrt{2\alpha\ln m}$; the paper's "
    r"$\sqrt{0.48\ln m}$ is $\alpha = 0.24$",
    r"$Z$, $p$": r"a standard normal variable, and $p = P(Z > b)$",
    r"$s_{i,r}$": r"the score $\langle w_r, x_i \rangle$; neuron $r$ fires on point $i$ if it "
    r"is greater than $b$",
    "$S_i$, $U$": "the neurons that fire on $x_i$; those that fire on some point",
    "$f$": r"the outputs, $f_i = m^{-1/2} \sum_r a_r \max(s_{i,r} - b, 0)$",
    "$J$, $G$": r"the Jacobian of $f$ in all weights, and the Gram matrix $G = J J^\top$",
    "$g$": r"the solution of $G g = f - y$; a step of Gauss-Newton subtracts $J^\top g$",
    r"$K$, $\lambda$": "what $G$ is on average over the first weights, and its least eigenvalue",
    r"$\tau$, $k$": r"a query's threshold, and how many neurons it answers",
}

AREAS: Mapping[str, str] = {
    "model": "the network, its Jacobian, its Gram matrix",
    "kernel": "the least eigenvalue of the expected Gram matrix",
    "sparsity": "how many neurons fire",
    "movement": "how far weights move, and how many of them",
    "structure": "the trees: what they answer, and what it costs",
    "regression": "solving for a step",
    "cost": "operations of an iteration, and of a training",
    "convergence": "whether the loss falls, and how fast",
    "bound": "lower bounds",
    "beyond": "what follows besides: dead neurons, live ones",
}
