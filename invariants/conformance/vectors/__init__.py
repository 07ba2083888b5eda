"""Programs as files, with the answers that are right.

vector_files  read and written; vector_errors
recorded      a file of replies in a port's place
"""
