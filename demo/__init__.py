"""The demo plant: one model with a seed, and everything that is derived from it. All our own work."""
