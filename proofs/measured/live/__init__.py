"""Networks of which only live neurons are drawn.

sampler_law         the sampler's law, held against theirs
live_trainings      live and dense, in rationals; revivals: what wakes dead neurons, by hand
twin_trainings      the paper's method and the live one from the same network
trainings_by_width  whole trainings
live_exponents      how a whole training's cost grows with the width
"""
