"""G g = r, solved and sketched.

systems, readings       equations for a step, drawn; what else they might have meant
solver_rounds, exact_rounds
                        rounds of iterative solvers, in floats and in rationals
block_inversion         systems solved by halves, with Strassen's products
sketch_failures         how often a sketch of so many rows fails
orthonormal_sketches    the same of sketches with orthonormal rows
preconditioners         what a sketch leaves of the condition
sketch_reuse            what it is worth later on
"""
