"""The domain: articles in, events out.

Pure functions over frozen dataclasses. Nothing in this package touches the network, the database, the clock or Flask;
`now` is always an argument.
"""
