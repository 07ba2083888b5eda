"""Structures for threshold search.

small_structures    over few scores, all of them
threshold_programs  programs of updates and queries, drawn
changed_nodes       which nodes above a changed leaf change
structure_counts    what they count in an iteration, width by width
search_costs        what it costs to know who fires
"""
