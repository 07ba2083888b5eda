"""Everything that parses, given what nobody meant it to read.

    target        a parser, real files to begin with, and how they are altered
    *_targets     the parsers of each room; `table` has all of them
    *_mutants     alterations: of bytes and text, JSON, archives, Python's syntax
    finds/        what was found, a file each; its name begins with what it must come to
    fuzzing       one target under atheris; `python -m tests.fuzz MINUTES` takes them in turn

A crash is any exception but a `FiringtreeError`, and any warning; an input may take ten seconds and
one GiB.
"""
