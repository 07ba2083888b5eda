"""The cases that every port must get right, written by hand, a file for each area.

case          what a case is, and short words for its requests
query_cases, update_cases, step_cases, error_cases, banded_cases
              the cases
flags         what they are about, and what it means to fail one
build         the vectors that are made of them
"""
