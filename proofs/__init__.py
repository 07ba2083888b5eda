"""What is proved of the reference for all sizes."""
