"""Language models behind one contract. A variant is a module with a constant ``LLM``."""
