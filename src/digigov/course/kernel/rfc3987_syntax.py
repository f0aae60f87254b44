"""Stands in for the package of this name in kernels that verification starts.

jsonschema, which Altair imports, tries it for the format ``iri`` and does without it if it is not
there. Nothing here uses that format, and the package compiles a grammar for 0.8 s in every kernel.
"""

raise ImportError("left out in verification: it takes 0.8 s to import, and nothing here uses it")
