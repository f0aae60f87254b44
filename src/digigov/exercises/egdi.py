"""Checks of exercise 05."""
