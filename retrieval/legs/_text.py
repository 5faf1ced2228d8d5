"""What every leg does to a text first."""


def clean(text: str) -> str:
    """Lone surrogates, which broken PDFs hold and UTF-8 can't, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
