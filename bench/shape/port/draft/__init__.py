"""The text of a port: a whole file with every edit that needs no decision."""
