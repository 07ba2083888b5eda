"""Iterations, one after the other.

method, scores               the methods; how they know the scores
learning_rate, step_rule     how long a step is
engine, clock                what the parts of a run are made of; what each label takes
trainer, landscape           a run between two steps, and the loss around where it stands
iteration                    one iteration: QUERY, PREDICT, SOLVE, MOVE, REFRESH
live                         the neurons that can ever move, and the network of these
batches, training, stopping  iterations until the loss is reached, or a reason why not
observer, trace              what a watcher sees, and what is written down
"""
