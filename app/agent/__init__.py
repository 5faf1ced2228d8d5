"""resolve, gather, judge, phrase, verify: pure async functions, strung on a workflow."""
