"""Numbers with proven error bounds: tails of distributions, and the limit kernel.

enclosure       two rationals with a real number between them
normal_tail     P(Z > t), and what share of m^(1 − α) fires, by continued fractions
binomial_tail   P(Binomial(m, p) > k)
angles          how often a neuron fires on one point and not on another
kernel_matrix   K, and its smallest eigenvalue
kernel_bounds   what is claimed and what is proved of that eigenvalue
least_widths    widths too small for what the analysis asks, whatever the data
"""
