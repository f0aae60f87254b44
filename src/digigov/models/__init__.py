"""Working models that are too long to show in a lesson."""
