"""What a report says: text, figures with units, tables; no pictures, no layout."""
