"""`firingtree train`: from a configuration to a trained network and what is kept of it.

lanes             the arithmetic: floats, rationals
observers         who watches
display           what a person sees meanwhile
run_builder       all of it put together, ready for the first step
training_session  from the first step to the last, with progress
checkpoint        what is kept on the way, to go on from
network_file      W in an .npz, and W(0) from one
replay            a state that an invariant's violation left, stepped again
report, summary, plotted, picture
                  what is written, told and drawn at the end
train_command
run_errors
"""
