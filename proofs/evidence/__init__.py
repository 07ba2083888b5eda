"""What a check gives, and where it is kept.

evidence          facts and decisions; chart: a picture as data
figures           what floats are rounded to in them
effort            quick, full, deep
checks            marks which function decides which claim
theorem_evidence  theorems proved, once for all checks
digest            what code found a result
results           the file that keeps them
audit_errors
"""
