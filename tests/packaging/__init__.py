"""The distributions on trial: built again, installed where nothing else is, and used there.

`make package` builds them and runs these; they take a minute, so `make test` does not.
"""
