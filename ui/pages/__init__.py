"""One page of the UI a module: chat, documents, live."""
