"""Runs of lessons: executed, kept, and held against what is expected."""
