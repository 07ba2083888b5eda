"""Ports of the reference: faster engines behind its interfaces, checked like anyone else's."""
