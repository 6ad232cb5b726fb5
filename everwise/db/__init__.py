"""What the ORM lacks: prepared queries, packed spans, a fair lock, the cache table, search indexes."""
