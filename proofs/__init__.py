"""What is proved of the reference for all sizes, and what is measured of it.

symbolic          identities and sums, by sympy
prove_command     `firingtree prove`: runs them all
exponents         how counted cost grows with the width
sketch_failures   how often a sketch of so many rows fails
measure_command, measure_pictures
                  `firingtree measure`: both, with intervals, and drawn
"""
