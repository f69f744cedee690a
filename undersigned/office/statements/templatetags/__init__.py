"""What templates show of statements."""
