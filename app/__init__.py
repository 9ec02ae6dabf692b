"""Where the world is let in: store, jobs, HTTP, command line."""
