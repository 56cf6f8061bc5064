"""The parts of the distribution that other tools load: the plugin of pytest."""
