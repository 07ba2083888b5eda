"""Identities: a neuron is not a point, and neither is a count."""

from typing import NewType

Neuron = NewType("Neuron", int)
"""Which of the neurons that a network holds, all m of them unless it is restricted."""

Point = NewType("Point", int)
"""Which of the n training points, 0 ≤ i < n."""
