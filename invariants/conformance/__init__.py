"""Somebody else's port held against the reference.

PROTOCOL.md tells what travels, GUIDE.md how to write a port.
"""
