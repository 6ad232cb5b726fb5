"""All meetings of a path for its admins: looked through, exported, and said how they went."""
