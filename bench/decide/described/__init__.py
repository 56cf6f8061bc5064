"""What was asked, as a person writes it: quantities with units, and the work."""
