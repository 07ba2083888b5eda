"""The audit: each claim's check made, its facts and verdict kept, and told.

all_checks     found where they stand, each beside its claim
running        several checks at a time
audit_session  from the first theorem to the last claim, with progress
audit_command  `firingtree audit`
claims_command `firingtree claims`: the ledger alone
conclusion     what an audit of the whole ledger establishes, in one paragraph
report/        one page of HTML
"""
