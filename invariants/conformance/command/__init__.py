"""`firingtree conform`, `vectors` and `port`."""
