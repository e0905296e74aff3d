"""The backend: policy, domain, ledger, services, and the adapters around them."""
