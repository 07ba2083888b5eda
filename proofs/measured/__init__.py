"""What is counted or drawn, with intervals.

exponents         how counted cost grows with the width
live_exponents    the same of a whole training, where only live neurons are drawn
sketch_failures   how often a sketch of so many rows fails
measure_command, measure_pictures, live_command, live_picture, measured_files
                  `firingtree measure`: all three, with intervals, and drawn
"""
