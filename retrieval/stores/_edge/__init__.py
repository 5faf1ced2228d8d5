"""The embedded store: the engine in a process of its own, its folders, and how a better copy takes its place.

The engine holds the interpreter's lock while it loads, flushes, writes and optimizes, for seconds at times. In a
process of its own it keeps nobody waiting but those who ask it.
"""
