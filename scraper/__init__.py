"""From a source to `Article`s. Knows nothing of events and touches no database."""
