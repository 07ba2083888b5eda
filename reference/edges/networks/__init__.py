"""Networks before training, drawn by a seed.

initial_network  every neuron; the seed's streams; the shift of α
live_sampler     only the neurons that fire on some point, by their own law
binomial         how many there are
network_errors
"""
