"""What a fetch stands on: sessions, the list of URLs, the file of bodies, a command."""
