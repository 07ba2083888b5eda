"""W·x for all neurons at once: in floats by numpy, in rationals by whole numbers."""
