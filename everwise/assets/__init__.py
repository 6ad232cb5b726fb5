"""Style sheets and scripts as production serves them."""
