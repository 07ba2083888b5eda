"""What a run is to be, before it is one.

configuration  what is asked for, checked
starts         which neurons it starts from
memory         what it will take, estimated before anything is drawn
setup_errors
"""
