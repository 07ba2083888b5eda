"""Typed Python, read into logic and proved for values of every size.

terms, smtlib     terms of many-sorted logic, and as text
source, reader    functions and dataclasses as terms; what could be unsound is refused
recursion, agreement
                  that definitions end; that sorts agree
kernel            induction as finitely many questions without quantifier
theorem, prover   what a theorem is; its questions
solvers           z3 and cvc5
reals             inequalities of real numbers, put to both
proving           all theorems, and their verdicts
proof_mutants     broken functions, which must not be proved
counterexamples   values at which a theorem about a broken function is False
small_values, drawn_values
                  values in order of size; values that are drawn, and ones that keep laws
"""
