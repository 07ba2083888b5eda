"""Theorems about the specification's functions, proved for values of every size.

tournament, ordered, firing    about the module of the same name in `reference.specification`
numbers                        powers of two, and sums of minima
"""
