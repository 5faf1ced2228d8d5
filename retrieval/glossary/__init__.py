"""Words of one language in the other's: the plant's own first, then CC-CEDICT. No model."""
