"""The report as one HTML file that works offline, and its charts as an SVG file."""
