"""A sweep: many runs over a grid, one record a run, on this machine's cores or on a Dask cluster.

number_lists    what the options say: lists and ranges of numbers
grid            every combination of them is a configuration, each once
trial           a configuration is run to its end
outcome         what is kept of that
run_record      an outcome as a file of its own
sweep_folder    where the files are, and which runs have one already
dask_workers    who makes the runs: workers of a Dask cluster, or processes here
sweep_session   from the first run to the last
regimes         how the runs of a data set ended, over α and the width
regime_picture  where steps converge
"""
