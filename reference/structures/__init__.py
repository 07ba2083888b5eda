"""Threshold search: the structures that tell which scores at a point are above a threshold.

threshold_search   the interface, and what every structure checks
tournament_tree    a node holds the larger of its children
ordered_tree       a balanced search tree by (score, neuron)
flat_scan          stored scores, looked at one by one
incremental_sets   for one threshold, the neurons above it, kept up to date
factory            the structure of a name
"""
