"""The words of a report: sentences, figures with units, tables; no layout."""
