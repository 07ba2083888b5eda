"""Networks as they are drawn, before any step.

initial_outputs  their outputs
firing_counts    how many of their neurons fire
kernel_samples   points for the limit kernel, drawn and sought
"""
