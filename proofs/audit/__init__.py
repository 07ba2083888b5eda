"""The audit: each claim's check made, its facts and verdict kept, and told.

evidence       facts and decisions: what a check gives; chart, a picture as data
figures        what floats are rounded to in them
effort         quick, full, deep
checks         which function decides which claim
theorem_evidence  theorems proved, once for all checks
running        several checks at a time
digest         what code found a result
results        the file that keeps them
audit_session  from the first theorem to the last claim, with progress
audit_command  `firingtree audit`
claims_command `firingtree claims`: the ledger alone
conclusion     what an audit of the whole ledger establishes, in one paragraph
report/        one page of HTML
"""
