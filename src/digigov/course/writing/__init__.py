"""From masters and PO files to the notebooks that people open."""
