"""`firingtree measure`: exponents, sketches and live trainings, with intervals, and drawn."""
