"""The pairs: how each is called, scaled, checked, explored and broken."""
