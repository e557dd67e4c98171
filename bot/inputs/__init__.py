"""Files that people hand in: fetched, looked at, and kept until no job needs them."""
