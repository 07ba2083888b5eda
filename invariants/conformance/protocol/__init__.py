"""What travels.

messages, schema  the lines, typed; schema.json
wire              numbers as they travel, and as rationals
"""
