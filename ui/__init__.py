"""What the people beside the machine see. Imports no other room: everything comes over HTTP."""
