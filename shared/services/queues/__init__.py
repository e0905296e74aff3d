"""Messages of every queue: taken, put off, buried, put back. `inbox` is the way in."""
