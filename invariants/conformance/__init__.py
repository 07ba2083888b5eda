"""Somebody else's port held against the reference: PROTOCOL.md says how, GUIDE.md is the way in.

protocol/   what travels
judging/    what is right
answering/  who answers: a program, a Python object, the reference
vectors/    programs as files, with the right answers
cases/      those written by hand
drawn/      those drawn at random
plan, examination
            all of it in order
report/     what comes of it
planted/    ports that are wrong on purpose: the harness on trial
command/, pytest_plugin
            `firingtree conform`, `vectors`, `port`; a fixture
"""
