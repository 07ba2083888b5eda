"""What iterations and trainings count, and the exponents in the width.

exponents        of an iteration's cost
iteration_costs  an iteration against the bounds; exponents by method
first_steps      what a first step costs
whole_trainings  a training's costs as a whole
weight_readings  MOVE and REFRESH as weights are kept
second_factor    the paper's updates, counted
sketch_costs     a sketch's
"""
