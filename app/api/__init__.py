"""One router a noun; wire models live here."""
