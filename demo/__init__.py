"""A real Home Assistant with a factory in it, for people to try and for tests to break."""
