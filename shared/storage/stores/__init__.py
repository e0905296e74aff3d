"""One store per port of `shared.services.ports`, over either kind of table."""
