"""Where the meetings of a path take place: experts' own links, a template, or a server that makes rooms."""
