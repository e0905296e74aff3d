"""One module per decision; `shared.domain.decide` chooses among them."""
