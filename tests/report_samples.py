"""A ledger and results made up for tests of the report: every verdict, every trouble, every chart.

Their figures are computed from closed forms of no importance; nothing here is a claim's evidence.
"""

from functools import cache
from math import exp, log, sqrt

from proofs.audit.report.page import page
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found, Results, Trouble
from proofs.ledger.claim import Claim, Ledger, Source, Verdict, ledger

WIDTHS = [2.0**k for k in range(10, 41, 3)]
SHIFTS = [0.25 * k for k in range(1, 101)]

SOURCES = [
    Source("A", "the paper's abstract"),
    Source(
        "V",
        "public reviews of the paper's 2025 and 2026 conference submissions, which quote theorem "
        "numbers and constants",
    ),
    Source("D", "derived here"),
]

COST = Chart(
    title="Multiply-adds of one iteration, $n = d = 64$",
    x=r"width $m$",
    y=r"multiply-adds",
    x_scale="log2",
    y_scale="log",
    curves=[
        Curve("dense Gauss-Newton", WIDTHS, [4096 * m for m in WIDTHS]),
        Curve(
            r"sublinear, $\alpha = 0.24$",
            WIDTHS,
            [4096 * m**0.76 for m in WIDTHS],
            "points",
            low=[2400 * m**0.76 for m in WIDTHS],
            high=[7000 * m**0.76 for m in WIDTHS],
        ),
        Curve(
            r"the bound $c\,m^{1-\alpha} n d$", WIDTHS, [9e4 * m**0.76 for m in WIDTHS], "dashed"
        ),
        Curve(
            "between the first quartile and the third of 200 networks with weights of their own",
            WIDTHS,
            [60 * m**0.76 for m in WIDTHS],
            "band",
            low=[9 * m**0.76 for m in WIDTHS],
        ),
    ],
    caption=r"Dots are counts with 95 % intervals. They keep to a slope of $1 - \alpha$, far below "
    "the dense method's.",
)

EIGENVALUE = Chart(
    title=r"$\lambda_{\min}(K)$ against the shift, two orthogonal points",
    x="shift $b$",
    y=r"$\lambda_{\min}(K) \cdot \exp(b^2/2)$",
    curves=[
        Curve("computed", SHIFTS, [1 / (2 + b * sqrt(6.28)) for b in SHIFTS]),
        Curve("the printed lower bound", [0.25, 25.0], [0.02, 0.02], "dashed"),
        Curve("the upper one", [0.25, 25.0], [0.5, 0.5], "dashed"),
    ],
    caption="The curve falls like $1/b$ and meets the bound.",
)

DECISIONS = {
    "model/gram": Decision(
        Verdict.PROVED,
        [
            Fact(
                "The Gram matrix is inner products times the numbers of neurons that fire on both.",
                Grade.THEOREM,
                {"theorem": "firing/gram_matrix_by_intersection_counts"},
            ),
            Fact(r"$G_{ij}$ does not change if a sign does.", Grade.SYMBOLIC),
            Fact(
                r"$\lvert J J^\top - G \rvert = 0$ in rationals, over drawn networks.",
                Grade.SAMPLED,
                {"networks": 200, "entries": 51200, "largest difference": "0"},
            ),
        ],
    ),
    "structure/correct": Decision(
        Verdict.EXHAUSTED,
        [
            Fact(
                "All sequences of updates of all trees answer as a list does.",
                Grade.EXHAUSTIVE,
                {"largest tree": 6, "sequences": 1048576},
            )
        ],
    ),
    "cost/iteration": Decision(
        Verdict.CONFIRMED,
        [
            Fact(
                "The fitted exponent of the data term stays below $1 - \\alpha + 0.05$.",
                Grade.MEASURED,
                {"exponent": 0.7583214, "from": 0.751, "to": 0.7655, "widths": 11, "seed": 7},
            ),
            Fact("No draw needs more than the bound.", Grade.SAMPLED, {"power": 1 - 3.1e-7}),
        ],
        COST,
    ),
    "movement/radius": Decision(
        Verdict.CONDITIONAL,
        [Fact("With the factor it holds.", Grade.EXACT, {"instances": 64})],
    ),
    "convergence/width": Decision(
        Verdict.VACUOUS,
        [
            Fact(
                r"At $\alpha = 0.24$ the width has to be at least $n^{100}$.",
                Grade.EXACT,
                {"digits of the least width, n = 64": 181, "least width": 64**100},
            )
        ],
    ),
    "kernel/lower": Decision(
        Verdict.REFUTED,
        [
            Fact(
                r"Of two orthogonal points $\lambda_{\min}(K) < \exp(-b^2/2)\frac{\delta}{100n^2}$ "
                r"once $b \ge 113$.",
                Grade.EXACT,
                {"quotient": exp(-log(7)), "b": 113},
            )
        ],
        EIGENVALUE,
    ),
    "regression/n3": Decision(Verdict.OPEN),
    "sparsity/norms": Decision(
        Verdict.CONFIRMED, [Fact("At norm 2 the exponent is larger.", Grade.MEASURED, {"it": 0.94})]
    ),
}

LONG = (
    r"$m = \Omega\left(\max\left(\lambda^{-4} n^4, \lambda^{-2} n^2 d\log(16 n/\rho)\right)\right)"
    r"\ge \frac{n^{4/(1-4\alpha)}}{(2\alpha\ln m)^{1/2}\sum_{i=1}^{n}\lVert x_i\rVert^2}$ suffices."
)

CLAIMS = [
    Claim(
        id="model/gram",
        statement=r"$G_{ij} = \langle x_i, x_j \rangle \cdot \lvert S_i \cap S_j \rvert / m$ "
        "exactly, and does not depend on $a$.",
        sources="D",
        verdict=Verdict.PROVED,
        because="Blocks of $J$ are parallel to $x_i$, so their products are inner products times a "
        "count. It makes a sketch optional: see cost/iteration. Floats are not covered.",
    ),
    Claim(
        id="kernel/lower",
        statement=r"$\lambda_{\min}(K) \ge \exp(-b^2/2)\,\frac{\delta}{100 n^2}$, $\delta$ being "
        "the separation.",
        sources="V",
        assumptions=[
            r"$\lVert x_i \rVert = 1$ for all $i$",
            r"$\lVert x_i - x_j \rVert \ge \delta$",
        ],
        verdict=Verdict.REFUTED,
        because="For a large shift it is false, so it holds of no shift without limit.",
    ),
    Claim(
        id="sparsity/norms",
        statement="The bound needs points of unit norm.",
        sources="D",
        verdict=Verdict.REFUTED,
        because="A verdict that the check does not come to.",
    ),
    Claim(
        id="sparsity/076",
        statement=r"With $b = \sqrt{0.48 \log m}$ only $O(m^{0.76})$ neurons fire on a point.",
        sources="V",
        verdict=Verdict.PROVED,
        because="Mills' ratio bounds the tail.",
    ),
    Claim(
        id="sparsity/all-inputs",
        statement="The same for all $n$ points at once, with high probability.",
        sources="V",
        verdict=Verdict.PROVED,
        because="A union bound.",
    ),
    Claim(
        id="movement/radius",
        statement=r"$\lVert w_r(t) - w_r(0) \rVert \le R$.",
        sources="VD",
        verdict=Verdict.CONDITIONAL,
        condition=r"the factor $1/\sqrt{m}$, which the printed definition lacks",
        because="Without it the radius would void the sparsity of the firing sets.",
    ),
    Claim(
        id="structure/correct",
        statement=r"query$(i, \tau) = \{r : \langle w_r, x_i \rangle > \tau\}$ after any updates.",
        sources="V",
        verdict=Verdict.EXHAUSTED,
        because="Every tree of up to six leaves was tried.",
    ),
    Claim(
        id="regression/n3",
        statement="The term $n^3$ is needed.",
        sources="V",
        verdict=Verdict.OPEN,
        because="Conjugate gradients do without it where the condition is good.",
        tried=r"conjugate gradients, at $n^2\sqrt{\kappa}\,\log(1/\epsilon)$; no lower bound is "
        "known",
    ),
    Claim(
        id="cost/iteration",
        statement=r"An iteration costs amortized $m^{1-\alpha} n d + n^3$.",
        sources="AV",
        verdict=Verdict.CONFIRMED,
        because="Counted, not timed. `firingtree bench` times it.",
    ),
    Claim(
        id="convergence/width",
        statement=LONG,
        sources="V",
        assumptions=[r"$\alpha < 1/4$"],
        verdict=Verdict.VACUOUS,
        because="The width that it asks for cannot be built.",
    ),
    Claim(
        id="beyond/dead-neurons",
        statement="A neuron that fires on no point never fires again.",
        sources="D",
        verdict=Verdict.PROVED,
        because="Its gradient is zero.",
    ),
]

BOOK = Ledger(source=SOURCES, claim=CLAIMS)

RESULTS = Results(
    code="5f" * 32,
    effort=Effort.QUICK,
    results={id_: Found(decision) for id_, decision in DECISIONS.items()}
    | {
        "sparsity/076": Trouble(
            "not-established", "not so: the tail is below the bound (found: m 1024, ratio 1.02)", 1
        ),
        "sparsity/all-inputs": Trouble("solver-missing", "z3 is not installed", 2),
    },
)


@cache
def sample_page() -> str:
    """The page of the ledger above."""
    return page(BOOK, BOOK.claim, RESULTS).decode()


@cache
def whole_page() -> str:
    """The page of the real ledger, with results that are made up."""
    book, results = all_claims()
    return page(book, book.claim, results).decode()


def all_claims() -> tuple[Ledger, Results]:
    """The real ledger, every claim with a result made up of the ones above."""
    book, decisions = ledger(), list(DECISIONS.values())
    found = {
        claim.id: Found(decisions[number % len(decisions)])
        for number, claim in enumerate(book.claim)
    }
    return book, Results(code="5f" * 32, effort=Effort.FULL, results=found)
