"""A lab that is up, as a page: served to browsers, one or a whole class."""
