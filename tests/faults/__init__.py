"""Faults of the world around a command: kills, full disks, clocks, terminals that go away."""
