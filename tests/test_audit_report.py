"""The report of an audit: whole, safe, the same each time, and nothing in it hides a trouble."""

import doctest
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from importlib import import_module
from importlib.resources import files
from itertools import pairwise

import msgspec
import pytest

from proofs.audit.report.charts import NotDrawn, picture
from proofs.audit.report.legend import description, looks, numbers, swatch
from proofs.audit.report.mathml import NotLatex, formula, pieces
from proofs.audit.report.notation import AREAS, SYMBOLS
from proofs.audit.report.numbers_in_words import short
from proofs.audit.report.page import page
from proofs.audit.report.typesetting import in_a_line, plain, typeset
from proofs.evidence.audit_errors import CheckBroke
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.digest import LIBRARIES, code_digest
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found, Results
from proofs.ledger.claim import MEANINGS, Claim, Ledger, Verdict, ledger
from proofs.ledger.ledger_errors import LedgerDamaged
from tests.report_samples import BOOK, COST, EIGENVALUE, RESULTS, sample_page, whole_page

pytestmark = pytest.mark.plain

VOID = {"meta", "br", "wbr", "img", "link", "hr", "input"}
STYLE = files("proofs.audit.report").joinpath("style.css").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Reads a page and notes what it is made of. `open` is empty if all tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[int] = []
        self.tags: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.handle_startendtag(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def made(book: Ledger = BOOK, results: Results = RESULTS, ids: Sequence[str] = ()) -> str:
    """The page, or one of these claims alone."""
    return page(book, book.chosen(ids, []), results).decode()


def only(claim: Claim, decision: Decision | None = None) -> str:
    """The page of a ledger of this one claim."""
    found = {claim.id: Found(decision)} if decision else {}
    results = Results(code="0" * 64, effort=Effort.FULL, results=found)
    return made(Ledger(source=BOOK.source, claim=[claim]), results)


def article(html: str, id_: str) -> str:
    """What the page says of this claim."""
    (found,) = re.findall(rf'<article [^>]*id="{re.escape(id_)}".*?</article>', html, re.DOTALL)
    return str(found)


def text_of(html: str) -> str:
    """Without tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


SAMPLE = sample_page()
GRAM = BOOK.claim[0]


# ---- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["numbers_in_words", "typesetting"])
def test_the_examples_of_a_module_run(module: str) -> None:
    failed, attempted = doctest.testmod(import_module(f"proofs.audit.report.{module}"))
    assert failed == 0
    assert attempted > 0


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (
            r"\lambda_{\min}(K) \ge e^{-b^2/2}\frac{\delta}{100 n^2}",
            "λ_min(K) ≥ e^(−b²/2)δ/(100n²)",
        ),
        (r"G_{ij} = \langle x_i, x_j\rangle", "G_ij = ⟨x_i, x_j⟩"),
        (r"\lvert S_i \cap S_j \rvert / m", "|S_i ∩ S_j|/m"),
        (r"\{r : s_{i,r} > b\}", "{r : s_i,r > b}"),
        (r"(-1)^k \le -x - y", "(−1)^k ≤ −x − y"),
        (r"n\log n + \log_2(m) + \log^2 m", "n log n + log_2(m) + log² m"),
        (r"\max(z - b, 0)", "max(z − b, 0)"),
        (r"\sum_{i=1}^{n} x_i^\top w", "∑_(i=1)^n x_iᵀ w"),
        (r"\sqrt{2\alpha\ln m} \cdot \sqrt n", "√(2α ln m)·√n"),
        (r"\frac{a + b}{c}d, \frac{a}{b}c", "((a + b)/c)d, (a/b)c"),
        (r"m^{1-\alpha}\,n\,d \quad m^{-1/2}", "m^(1−α) n d m^(−1/2)"),
        (r"\mathrm{cond}(G), \operatorname{rank} G", "cond(G), rank G"),
        (r"1{,}048{,}576 = 2^{20}", "1,048,576 = 2²⁰"),
        (r"\hat w \to \bar w", "ŵ → w̄"),
        (r"\binom{n}{k} \mathbf{1}[A] \sqrt[3]{2}", "(n choose k)𝟏[A]³√2"),
        (r"\left(\frac{1}{2}\right)^{2^k} \ne \infty", "(1/2)^(2^k) ≠ ∞"),
        (r"\begin{matrix} a & b \\ c & d \end{matrix}", "a, b; c, d"),
        (r"a_r x_i \sim b_i(c)", "a_r x_i ~ b_i(c)"),
        (r"2^{\lceil \log_2 m \rceil} x' \in \mathbb{R}^d", "2^⌈log_2 m⌉x′ ∈ ℝ^d"),
    ],
)
def test_a_formula_becomes_a_line_of_text(latex: str, line: str) -> None:
    assert plain(f"so ${latex}$.") == f"so {line}."
    assert Reader(typeset(f"so ${latex}$.")).open == []


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\lamda", r": \\lamda is not known"),
        (r"\frac{1", "braces do not match"),
        ("a}", "braces do not match"),
        ("}{", "braces do not match"),
        ("", "NoAvailableTokensError"),
        (r"\left( x", "ExtraLeft"),
        ("a & b", ": & is not known"),
        (r"\href{javascript:alert(1)}{x}", "href"),
        (r"\color{red}x", "mathcolor"),
        (r"\class{alarm}{x}", "class"),
    ],
)
def test_a_formula_that_cannot_be_typeset_is_refused(latex: str, reason: str) -> None:
    for set_ in (typeset, plain):
        with pytest.raises(NotLatex, match=reason):
            set_(f"so ${latex}$.")


def test_a_dollar_that_has_no_second_is_refused() -> None:
    with pytest.raises(NotLatex, match="no second"):
        typeset("5 $ a piece")


def test_a_terminal_shows_what_cannot_be_typeset_as_it_is() -> None:
    assert in_a_line(r"so $\lambda$") == "so λ"
    assert in_a_line(r"so $\lamda$") == r"so $\lamda$"


def test_a_minus_is_a_sign_or_an_operator_by_what_stands_before_it() -> None:
    def forms(latex: str) -> list[str]:
        signs = [each for each in formula(latex).iter("mo") if each.text == "−"]
        return [each.attrib.get("form", "infix") for each in signs]

    assert forms("-a - b") == ["prefix", "infix"]
    assert forms("(-a) - f(b) - 1") == ["prefix", "infix", "infix"]
    assert forms(r"\lvert a \rvert - b = -c") == ["infix", "prefix"]


def test_a_long_formula_is_cut_after_relations_outside_of_brackets() -> None:
    cut = pieces(formula(r"f(a, b = c) \le \left(d = e\right) = g"), 5)
    assert ["".join(each.itertext()) for each in cut] == ["f(a,b=c)≤", "(d=e)=", "g"]
    assert len(pieces(formula("a = b = c"), 5)) == 1


def test_no_line_begins_with_a_comma_after_a_formula_nor_ends_with_a_bracket_before_it() -> None:
    whole = '<span class="whole">{}<math><mrow><mi>n</mi></mrow></math>{}</span>'
    assert typeset("a ($n$), $n$.") == f"a {whole.format('(', '),')} {whole.format('', '.')}"
    assert typeset("$n$ b ($n$") == f"{whole.format('', '')[20:-7]} b {whole.format('(', '')}"
    assert typeset("<$n$-th<") == f"&lt;{whole.format('', '-')}th&lt;"


def test_prose_keeps_code_and_links_the_claims_that_are_there() -> None:
    told = typeset("see cost/iteration, not cost/other or `a/b <i>`", ["cost/iteration"])
    assert typeset("<i> `a` <b> cost/iteration", ["cost/iteration"]).startswith(
        "&lt;i&gt; <code>a</code> &lt;b&gt; <a "
    )
    assert 'see <a class="id" href="#cost/iteration">cost/iteration</a>, not cost/other' in told
    assert "<code>a/b &lt;i&gt;</code>" in told


def test_every_text_of_the_ledger_can_be_typeset() -> None:
    for claim in ledger().claim:
        for text in (claim.statement, claim.because, claim.condition, claim.tried):
            assert plain(text) != "" or text == ""
            assert Reader(typeset(text)).open == []
        assert [plain(text) for text in claim.assumptions].count("") == 0


def test_every_area_has_a_title_and_every_symbol_a_meaning() -> None:
    assert set(ledger().areas) <= set(AREAS)
    for symbol, meaning in SYMBOLS.items():
        assert "<math>" in typeset(symbol)
        assert typeset(meaning)


# ---- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_", [sample_page, whole_page])
def test_the_page_is_well_formed_and_its_links_lead_somewhere(page_: Callable[[], str]) -> None:
    found = Reader(page_())
    assert found.open == []
    assert [id_ for id_, times in Counter(found.ids).items() if times > 1] == []
    inner = {link[1:] for link in found.links if link.startswith("#")}
    assert inner <= set(found.ids)
    labels = [value for _, name, value in found.attributes if name == "aria-labelledby"]
    assert {id_ for label in labels for id_ in label.split()} <= set(found.ids)
    assert found.headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(found.headings))
    assert (found.tags["main"], found.tags["h1"], found.tags["nav"]) == (1, 1, 1)


def test_every_claim_of_the_ledger_stands_on_its_page_once() -> None:
    found = Reader(whole_page())
    for claim in ledger().claim:
        assert found.ids.count(claim.id) == 1
        assert f"firingtree audit {claim.id}" in text_of(article(whole_page(), claim.id))
        assert f"#{claim.id}" in found.links


def test_nothing_is_fetched_and_nothing_runs() -> None:
    found = Reader(SAMPLE)
    assert [link for link in found.links if not link.startswith("#")] == [
        "https://arxiv.org/abs/2208.04508"
    ]
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(found.tags)
    names = {name for _, name, _ in found.attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style")}
    assert not re.search(r"url\(|@import|@font-face|http", STYLE)
    assert SAMPLE.count("http") == SAMPLE.count("https://arxiv.org/") + SAMPLE.count("http-equiv")


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    (style,) = re.findall("<style>(.*)</style>", SAMPLE, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy.replace("'", "&#39;") in SAMPLE


def test_the_same_results_give_the_same_bytes_in_another_process_too() -> None:
    program = (
        "from tests.report_samples import BOOK, RESULTS; from proofs.audit.report.page import page;"
        "import sys; sys.stdout.buffer.write(page(BOOK, BOOK.claim, RESULTS))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    assert told.stdout == SAMPLE.encode()


def test_results_that_were_kept_give_the_page_of_those_that_are_fresh() -> None:
    kept = msgspec.json.decode(RESULTS.encoded(), type=Results)
    assert list(kept.results) == sorted(kept.results)
    assert made(results=kept) == SAMPLE


# ---- verdicts ------------------------------------------------------------------------------------

STANDINGS = {
    "model/gram": "PROVED",
    "structure/correct": "EXHAUSTED",
    "cost/iteration": "CONFIRMED",
    "movement/radius": "CONDITIONAL",
    "convergence/width": "VACUOUS",
    "kernel/lower": "REFUTED",
    "regression/n3": "OPEN",
    "sparsity/norms": "CONFIRMED",
    "sparsity/076": "NOT ESTABLISHED",
    "sparsity/all-inputs": "UNDECIDED",
    "beyond/dead-neurons": "NOT CHECKED",
}


@pytest.mark.parametrize(("id_", "word"), list(STANDINGS.items()))
def test_a_claim_has_its_word_in_the_overview_and_where_it_stands(id_: str, word: str) -> None:
    (cell,) = re.findall(rf'<a class="cell [^>]*href="#{id_}">.*?</a>', SAMPLE)
    assert text_of(cell) == f"{id_.partition('/')[2]} {word}"
    told = article(SAMPLE, id_)
    style = word.lower().replace(" ", "-")
    assert f'<span class="badge is-{style}">{word}</span>' in told
    assert f"is-{style}" in cell
    assert f".is-{style} {{ --verdict: var(--{style}) }}" in STYLE


def test_what_is_not_as_the_ledger_says_stands_out_at_the_top_and_at_the_claim() -> None:
    (alarm,) = re.findall('<section class="alarm".*?</section>', SAMPLE, re.DOTALL)
    told = text_of(alarm)
    assert "3 of 11 claims are not as the ledger says" in told
    assert "sparsity/norms CONFIRMED but the ledger says REFUTED" in told
    assert "[solver-missing] z3 is not installed" in told
    assert SAMPLE.index(alarm) < SAMPLE.index("At a glance")
    assert "<title>(3 not as stored)" in SAMPLE
    norms = text_of(article(SAMPLE, "sparsity/norms"))
    assert "The ledger says REFUTED, and the check came to CONFIRMED." in norms
    assert "Why the ledger says REFUTED" in norms
    tail = text_of(article(SAMPLE, "sparsity/076"))
    assert "the check came to no verdict: [not-established] not so: the tail is below" in tail


def test_what_was_not_checked_is_not_counted_as_held() -> None:
    assert "7 of 11 verdicts were found as the ledger has them; 1 claim was not checked." in (
        text_of(SAMPLE)
    )
    assert "All 11 claims" not in SAMPLE
    assert "Why the ledger says PROVED" in article(SAMPLE, "beyond/dead-neurons")


def test_a_page_where_all_is_as_stored_has_no_alarm() -> None:
    html = made(ids=["model/gram", "kernel/lower"])
    assert 'class="alarm"' not in html
    assert "2 of 2 verdicts were found" in text_of(html)
    assert "The ledger has 11 claims; this page is about 2 of them." in text_of(html)
    one = only(GRAM, Decision(Verdict.PROVED))
    assert "All 1 claims of the ledger were checked" in text_of(one)


def test_how_many_have_which_verdict_is_told_with_its_meaning() -> None:
    (table,) = re.findall('<table class="verdicts">.*?</table>', SAMPLE, re.DOTALL)
    for verdict, meaning in MEANINGS.items():
        times = list(STANDINGS.values()).count(verdict.value)
        assert f"{verdict.value} {times} {meaning}" in text_of(table)
    bars = re.findall(r'<rect class="is-[a-z-]*" x="(\d+)" y="0" width="(\d+)"', SAMPLE)
    ends = [int(x) + int(width) for x, width in bars]
    assert ends[-1] == len(STANDINGS)
    assert [int(x) for x, _ in bars] == [0, *ends[:-1]]


def test_a_claim_says_all_that_is_known_of_it() -> None:
    lower = text_of(article(SAMPLE, "kernel/lower"))
    assert "V public reviews of the paper&#39;s 2025 and 2026" in lower
    assert "Assumed" in lower
    assert "b 113" in lower
    assert "firingtree audit kernel/lower --quick" in lower
    assert "Needs besides the factor" in text_of(article(SAMPLE, "movement/radius"))
    assert "Tried conjugate gradients" in text_of(article(SAMPLE, "regression/n3"))
    entries = text_of(article(SAMPLE, "model/gram"))
    assert "networks 200" in entries
    assert "entries 51,200" in entries


def test_the_foot_says_what_made_the_page_and_what_it_does_not_establish() -> None:
    foot = text_of(SAMPLE[SAMPLE.index("<footer") :])
    assert RESULTS.code in foot
    assert "Trusted: that proofs/smt/reader.py reads" in foot
    assert "numpy 2" not in foot
    ours = msgspec.structs.replace(RESULTS, code=code_digest())
    foot = text_of(made(results=ours).partition("<footer")[2])
    assert all(re.search(rf"{name} \d", foot) for name in ("Python", *LIBRARIES))


# ---- what must not get through -------------------------------------------------------------------

HOSTILE = "</p></style><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    claim = Claim(
        id=f"model/{HOSTILE.lower()}",
        statement=HOSTILE,
        sources="D",
        assumptions=[HOSTILE],
        verdict=Verdict.CONDITIONAL,
        condition=HOSTILE,
        because=HOSTILE + r" $\text{<script>alert(1)</script>}$ `<script>`",
    )
    fact = Fact(HOSTILE, Grade.EXACT, {HOSTILE: HOSTILE})
    curve = Curve(HOSTILE, [1.0, 2.0], [1.0, 2.0])
    chart = Chart(title=HOSTILE, x=HOSTILE, y=HOSTILE, caption=HOSTILE, curves=[curve])
    html = only(claim, Decision(Verdict.CONDITIONAL, [fact], chart))
    found = Reader(html)
    assert found.open == []
    assert found.tags["script"] == found.tags["img"] == 0
    assert found.tags["style"] == 1
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    assert html.count("&lt;script&gt;") >= 10


@pytest.mark.parametrize("field", ["statement", "because", "condition", "tried"])
def test_latex_of_the_ledger_that_is_none_ends_with_a_named_error(field: str) -> None:
    claim = msgspec.structs.replace(GRAM, **{field: r"so $\lamda$"})
    with pytest.raises(LedgerDamaged, match=r"model/gram: \$\\lamda\$ cannot be typeset"):
        only(claim)


def test_so_do_assumptions() -> None:
    with pytest.raises(LedgerDamaged, match="model/gram"):
        only(msgspec.structs.replace(GRAM, assumptions=["$x"]))


def broken_decisions() -> Iterator[Decision]:
    yield Decision(Verdict.PROVED, [Fact(r"$\lamda$", Grade.SYMBOLIC)])
    yield Decision(Verdict.PROVED, [], msgspec.structs.replace(COST, caption="$x"))
    yield Decision(Verdict.PROVED, [], msgspec.structs.replace(COST, curves=[]))


@pytest.mark.parametrize("decision", list(broken_decisions()))
def test_what_a_check_says_and_cannot_be_shown_is_a_fault_of_the_check(decision: Decision) -> None:
    with pytest.raises(CheckBroke, match="the check of model/gram broke"):
        only(GRAM, decision)


# ---- charts --------------------------------------------------------------------------------------


def drawing(*curves: Curve, **axes: str) -> str:
    chart = msgspec.structs.replace(EIGENVALUE, curves=list(curves), **axes)
    return str(picture(chart, "name"))


def test_every_kind_of_curve_is_drawn_in_its_own_colour() -> None:
    drawn = str(picture(COST, "name"))
    line = r'<path d="[^"]*"[^>]*class="stroke-series-{}" fill="none"'
    assert re.search(line.format(1), drawn)
    assert len(re.findall('<use [^>]*class="fill-series-2', drawn)) == len(COST.curves[1].x)
    assert re.search(line.format(3) + "[^>]*stroke-dasharray", drawn)
    assert re.search('<use [^>]*class="fill-series-4"[^>]*fill-opacity="0.25"', drawn)
    intervals = re.findall(r'<path d="M [\d.]+ [\d.]+ L [\d.]+ [\d.]+"[^>]*stroke-series-2', drawn)
    assert len(intervals) == len(COST.curves[1].x)


def test_intervals_at_one_place_stand_beside_each_other() -> None:
    def places(*curves: Curve) -> set[str]:
        return set(re.findall('<use [^>]*x="([0-9.]+)"[^>]*class="fill-series', drawing(*curves)))

    one = Curve("a", [1.0, 2.0], [1.0, 3.0], "points", low=[0.5, 2.0], high=[2.0, 4.0])
    assert len(places(one, one, one)) == 3 * len(places(one)) == 6
    assert places(one) < places(one, one, one)


def test_a_chart_has_a_name_and_words_for_who_does_not_see_it() -> None:
    drawn = str(picture(EIGENVALUE, "name"))
    assert '<title id="name-title">λ_min(K) against the shift, two orthogonal points' in drawn
    assert "Across: shift b. Up: λ_min(K)·exp(b²/2)." in drawn
    assert "the upper one: from 0.5 at 0.25 to 0.5 at 25." in drawn
    assert 'role="img" aria-labelledby="name-title name-description"' in drawn


def test_a_chart_brings_no_style_no_metadata_and_its_own_ids() -> None:
    first, second = (Reader(str(picture(COST, name))) for name in ("one", "two"))
    assert not set(first.ids) & set(second.ids)
    assert all(id_.startswith("one-") for id_ in first.ids)
    assert {link[1:] for link in first.links} <= set(first.ids)
    assert not {"style", "metadata"} & set(first.tags)
    assert "style" not in {name for _, name, _ in first.attributes}
    assert not re.search("#[0-9a-f]{6}", str(picture(COST, "one")))


@pytest.mark.parametrize(
    ("x", "scale", "words"),
    [
        ([1.0, 1e3, 1e6], "log", {"10²", "10⁶"}),
        ([8.0, 2.0**30], "log2", {"2⁴", "2²⁸"}),
        ([10.0, 12.0, 55.0], "log", {"10", "20", "50"}),
        ([3.0, 4.5], "log2", {"3", "4"}),
        ([-5000.0, 0.0, 5000.0], "linear", {"−2,500", "0"}),
        ([0.70001, 0.70003], "linear", {"0.70002"}),
    ],
)
def test_the_axes_say_numbers_in_words(x: list[float], scale: str, words: set[str]) -> None:
    drawn = drawing(Curve("a", x, x), x_scale=scale)
    assert words <= set(re.findall(">([^<]*)</text>", drawn))


def test_values_that_a_logarithm_does_not_know_leave_the_others_to_be_seen() -> None:
    drawn = drawing(Curve("a", [1.0, 2.0, 3.0], [0.0, 1e-3, 1.0], "points"), y_scale="log")
    assert len(re.findall("<use [^>]*fill-series-1", drawn)) >= 2


@pytest.mark.parametrize(
    ("curve", "reason"),
    [
        (Curve("a", [], []), "no values"),
        (Curve("a", [1.0], [1.0, 2.0]), "1 places and 2 values"),
        (Curve("a", [1.0], [1.0], "band"), "1 places and 0 values"),
        (Curve("a", [1.0], [1.0], "points", low=[1.0]), "1 places and 0 values"),
        (Curve("a", [1.0], [1.0], "points", high=[1.0]), "1 places and 0 values"),
        (Curve("a", [1.0], [float("nan")]), "not finite"),
        (Curve("a", [1.0], [float("inf")]), "not finite"),
        (Curve("a", [1.0], [-1.0]), "no y is positive"),
        (Curve("a", [1.0, 2.0], [1.0, 1e308]), r"beyond 1e\+100"),
        (Curve("a", [-1e308, 2.0], [1.0, 2.0]), r"beyond 1e\+100"),
        (Curve("a", [1.0, 2.0], [5e-324, 2.0]), "below 1e-100"),
        (Curve("a", [1.0], [1.0], "points", low=[0.5], high=[5e-324]), "below 1e-100"),
    ],
)
def test_numbers_that_make_no_picture_are_refused(curve: Curve, reason: str) -> None:
    with pytest.raises(NotDrawn, match=reason):
        drawing(curve, y_scale="log")


def test_more_curves_than_can_be_told_apart_are_refused() -> None:
    curve = Curve("a", [1.0, 2.0], [1.0, 2.0])
    assert drawing(*[curve] * 50)
    with pytest.raises(NotDrawn, match="more than 50 curves"):
        drawing(*[curve] * 51)


@pytest.mark.parametrize("x", [0.0, -1.0])
def test_a_place_that_a_logarithm_does_not_know_is_refused(x: float) -> None:
    intervals = Curve("a", [x, 3.0], [1.0, 3.0], "points", [0.5, 2.0], [2.0, 4.0])
    with pytest.raises(NotDrawn, match="an x is not positive"):
        drawing(Curve("b", [1.0, 2.0], [1.0, 2.0]), intervals, x_scale="log2", y_scale="log")


def test_curves_of_one_kind_are_told_apart_without_colour() -> None:
    found = looks([Curve("a", [1.0], [1.0], kind) for kind in ("line", "points", "line", "points")])
    assert len({look.mark for look in found}) == 4
    dashed = looks([Curve("a", [1.0], [1.0], "dashed")] * 3)
    assert len({look.dash for look in dashed}) == 3
    assert len({swatch("dashed", look) for look in dashed}) == 3


def test_the_table_of_a_chart_has_its_numbers_or_every_third() -> None:
    few = numbers(Curve("a", [1024.0, 2.0], [0.25, 1e7], "points", [0.125, 1e6], [0.5, 2.5e7]))
    assert few.head == ["x", "y", "from", "to"]
    assert few.every == 1
    assert few.rows == [["1,024", "0.25", "0.125", "0.5"], ["2", "10⁷", "10⁶", "2.5·10⁷"]]
    many = numbers(Curve("a", [float(k) for k in range(40)], [0.5 * k for k in range(40)]))
    assert (many.every, len(many.rows)) == (3, 14)
    assert many.rows[1] == ["3", "1.5"]


# ---- legible -------------------------------------------------------------------------------------


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(STYLE[STYLE.index(":root") : STYLE.index("@media")])
DARK = LIGHT | colours(STYLE[STYLE.index("@media") : STYLE.index(".is-proved")])


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_four_and_a_half_and_lines_of_three(scheme: dict[str, str]) -> None:
    verdicts = [style.lower().replace(" ", "-") for style in STANDINGS.values()]
    for ground in ("paper", "sheet", "alarm"):
        for text in ("ink", "quiet", "link", *verdicts):
            assert contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
        for line in ("faint", *(f"series-{number}" for number in range(1, 9))):
            assert contrast(scheme[line], scheme[ground]) >= 3, (line, ground)
    for verdict in verdicts:
        assert contrast(scheme["on-badge"], scheme[verdict]) >= 4.5, verdict


def test_what_has_no_picture_is_told_in_words_all_the_same() -> None:
    chart = msgspec.structs.replace(COST, curves=[Curve("nobody", [], [])])
    assert description(chart).endswith("nobody: no values.")
    assert short(float("-inf"), 3) == "−∞"
    assert "".join(formula(r"\mathbf{x+1}").itertext()) == "𝐱+𝟏"
