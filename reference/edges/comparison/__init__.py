"""`firingtree compare`: several configurations side by side from one network.

comparison          what is compared, and what came of each
comparison_session  one after the other, each in a checkpoint of its own
comparison_picture, compare_command
"""
