"""What is proved of the reference for all sizes, what is measured of it, and what it comes to.

theorems/      what is proved of the specification's functions
smt/           their source read into logic, and put to two solvers
symbolic/      identities, sums, limits and inequalities, by sympy
certified/     numbers with proven error bounds: tails, and the limit kernel
measured/      what is counted or drawn, with intervals
reduction/     orthogonal vectors and satisfiability decided by threshold search
claims/        the checks: one file an area, one function a claim
ledger/        the claims, each with its verdict
evidence/      what a check gives, and where it is kept
audit/         the checks made, and the report
prove_command  `firingtree prove`: theorems and identities
"""
