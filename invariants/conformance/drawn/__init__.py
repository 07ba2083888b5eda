"""Programs at random, driven by Hypothesis.

exact_lane, banded_lane  scores on a grid, and any floats
faulty                   requests with one fault
machine                  a program that grows by what was answered
programs, crashes        programs run as they stand, and made as short as can be
"""
