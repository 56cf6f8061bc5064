"""The charts of a report: specifications from records, drawn as SVG."""
