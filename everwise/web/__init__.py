"""What stands around every request: middleware, health, outages, whose address it is."""
