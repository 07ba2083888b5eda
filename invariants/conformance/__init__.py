"""Somebody else's port held against the reference: PROTOCOL.md says how, GUIDE.md is the way in.

What travels
    messages, schema      the lines, typed; schema.json
    wire                  numbers as they travel, and as rationals

What is right
    state                 the state that a port should hold; which requests have which fault
    arithmetic            the bounds that its contract leaves to each of its sums
    knowledge, changes    what is known of the port, and what each request makes of it
    judge                 the comparator: every reply, in order
    query_checks, step_checks, dump_checks, trees
                          what it looks at; `checks` has the sentences
Who answers
    conversation          requests numbered, replies decoded strictly, judged, logged
    process_port, object_port, recorded
                          a program, a Python object, a file of replies
    reference_port        the reference's own engines

What is asked
    cases/, vector_files  programs written by hand, and their files
    exact_lane, banded_lane, machine
                          random programs, driven by Hypothesis
    faulty                requests with one fault
    programs, crashes     programs run as they stand, and made as short as can be
    plan, examination     all of it in order

What comes of it
    verdict, told, junit, replays, known_failures
    planted/              ports that are wrong on purpose: the harness on trial
    *_command, pytest_plugin
                          `firingtree conform`, `vectors`, `port`; a fixture
"""
