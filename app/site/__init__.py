"""The pages: the timeline as people read it, rendered on the server and whole without JavaScript."""
