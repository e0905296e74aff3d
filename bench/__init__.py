"""Ratios to a floor that is measured in the same run; never absolute times."""
