"""What comes of it.

verdict         what held and what did not; told: in words; junit: for a CI
replays         what failed, as files to run again
known_failures  what is expected to fail
"""
