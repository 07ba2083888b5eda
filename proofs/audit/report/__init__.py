"""The report: one self-contained page of HTML.

page              from the ledger and results to HTML; page.html.jinja, claim.html.jinja, style.css
view              what the page shows of each claim
standing          how a claim stands, in a word
notation          symbols and areas, for a reader who begins here
typesetting       prose with LaTeX, as HTML or as a line of a terminal; mathml, one formula
charts            a chart drawn; svg, as it may stand in a page; legend, what stands beside it
numbers_in_words  1,048,576; 3.4·10⁻⁷; 2²⁰
"""
