"""The checks: files by area, one function a claim, named as its slug.

A check establishes facts and comes to a verdict. It computes what it says: no figure is written in
by hand, and every random draw has its seed.

model, kernel, sparsity, movement, convergence, beyond, bound    the areas of these names
structure, searching        the trees; against a scan
regression, sketching       the equation for a step; the paper's sketch
cost, whole_cost            an iteration's operations; a training's
drawn_live                  beyond: networks of which only live neurons are drawn
alpha, widths, first_order  which α, which width; against gradient descent
"""
