"""What the operating system says when it refuses something."""


def why(error: OSError) -> str:
    """Its words, or those of whoever raised the error."""
    return error.strerror or str(error)
