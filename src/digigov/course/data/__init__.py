"""The gate of the datasets, and what is generated from their description."""
