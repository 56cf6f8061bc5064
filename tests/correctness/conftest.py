"""pytester, for the test of the plugin."""

pytest_plugins = ["pytester"]
