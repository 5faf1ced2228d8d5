"""What the plant knows, and how to find it: the ground floor that every other room stands on."""
