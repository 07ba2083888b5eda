"""Solvers: from the firing sets and a residual r to the g with G g = r.

system               what a solver may see of a step
solver               what a solver is; G in full, factorized
factorization        LDLᵀ, and how a singular matrix is told
conjugate_gradient   G multiplied with, to an accuracy
sketch               a few rows that stand for Jᵀ: OSNAP, CountSketch, SRHT
orthogonalization    QR without roots
sketch_solver        the paper's: conjugate gradients preconditioned by a sketch
"""
