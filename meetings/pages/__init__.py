"""The pages of the site: a folder for each, and what several share."""
