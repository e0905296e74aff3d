"""How rows are written: their keys, their properties, and what index rows can be filtered by."""
