"""The themes of a path, as its admins arrange them."""
