"""Data sets: from a file or a library to points on the sphere with labels.

bundled_data  scikit-learn's own
tables        CSV and NPZ files; table: rows and labels as they were found
points        rows made unit vectors, repeated ones refused or left out
data_errors
"""
