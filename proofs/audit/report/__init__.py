"""The report: one self-contained page of HTML.

page   from the ledger and results to HTML
"""
