"""One file that holds the whole desk: database and photos, without the keys."""
