"""The report: one HTML file with everything in it, plots drawn as SVG by our own hand."""
