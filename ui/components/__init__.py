"""Parts of a page: pure HTML builders in html.py, Streamlit around them in the rest."""
