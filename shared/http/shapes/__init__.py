"""What the API takes and shows, by resource: bodies, queries and representations."""
