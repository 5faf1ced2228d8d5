"""Systems whose answers can be scored: one file each, the constant TARGET."""
