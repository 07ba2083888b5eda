"""One iteration of a small network, told and drawn node by node."""
