"""The claims, each with the verdict that the audit has to reproduce.

claims.toml    every claim: statement, sources, assumptions, verdict, and why
claim          its types, read and checked
toml_text      TOML as typed values
ledger_errors  what can be wrong with it, or with a request for a claim
references     ids in prose and code that no claim has
"""
