"""What is counted or drawn, with intervals.

networks/    as they are drawn
trainings/   what moves, and how they end
costs/       of iterations and trainings, and their exponents
structures/  for threshold search
solving/     the equation for a step, and sketches of it
live/        where only live neurons are drawn
laws         samples held against laws, with power
command/     `firingtree measure`
"""
