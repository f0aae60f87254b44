"""Releases: made, checked anywhere, and made again from a clone."""
