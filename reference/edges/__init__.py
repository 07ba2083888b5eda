"""The edges of the reference: what touches the world. Each folder uses only those above it.

system/       the terminal, signals, processes, output files
products/     W·x for all neurons at once
networks/     W(0), drawn
data/         points on the sphere, with labels
setup/        what a run is to be, and what it will take
runs/         `firingtree train`
comparison/, sweep/, walkthrough/, bench/
              the commands of these names
command_line  `firingtree`, whose commands are entry points
"""
