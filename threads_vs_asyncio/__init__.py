"""What the installed distribution adds to other tools: the plugin of pytest."""
