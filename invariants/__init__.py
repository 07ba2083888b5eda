"""What must be true of a run, one predicate a sentence, and the monitor that watches for it."""
