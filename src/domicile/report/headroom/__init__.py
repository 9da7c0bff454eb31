"""The report on lawful headroom: what is left after the worst contingency, and what it costs."""
