"""What deals with the machine: the terminal, signals, processes, output files.

terminal          plain text, and a bar that moves while work goes on
standard_streams  output that nobody reads any more
interrupts        being asked to stop in the middle of a step
with_parent       processes that end when the one that started them does
local_workers     several at once
output_files      files that are there whole or not at all
exclusive         one at a time in a folder
archives          .npz read without unpickling, and within the memory that is free
option_lists      options of several values
request_errors, output_errors
"""
