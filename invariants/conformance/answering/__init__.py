"""Who answers.

conversation    requests numbered, replies decoded strictly, judged, logged
process_port    a program; warded_process, warden: within limits, and gone afterwards
object_port     a Python object
reference_port  the reference's own engines
port_errors
"""
