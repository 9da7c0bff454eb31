"""Is what was emitted still what was declared and proved?"""
