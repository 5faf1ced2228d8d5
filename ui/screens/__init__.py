"""One page of the UI a module. Not named pages/: Streamlit would run each file there as a script of its own."""
