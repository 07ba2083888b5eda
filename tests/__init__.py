"""What must hold, shown on small instances that force the rare branches."""
