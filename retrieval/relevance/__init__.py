"""The second look at what the legs found: how well does each passage bear on what is asked? No model is needed."""
