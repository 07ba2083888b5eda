"""What is proved of the reference for all sizes, and what is measured of it.

symbolic          identities and sums, by sympy
theorems/         what is proved of the specification's functions
smt/              their source read into logic, and put to two solvers
prove_command     `firingtree prove`: runs them all
exponents         how counted cost grows with the width
live_exponents    the same of a whole training, where only live neurons are drawn
sketch_failures   how often a sketch of so many rows fails
measure_command, measure_pictures, live_command, live_picture, measured_files
                  `firingtree measure`: all three, with intervals, and drawn
"""
