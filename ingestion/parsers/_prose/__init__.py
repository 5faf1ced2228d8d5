"""What the readers of running text share: headings, paragraphs, lists, warnings and tables into blocks."""
