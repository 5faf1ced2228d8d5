"""DEXPI drawings: Proteus XML (1.x) and the 2.0 format put into its words."""
