"""The UI's entry: ``streamlit run ui/main.py``. The service's URL comes from PLANTWRIGHT_API_URL."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts this file's folder on the path, not the checkout
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from ui.components.evidence import show_evidence  # noqa: E402
from ui.components.sidebar import show_sidebar  # noqa: E402
from ui.screens import chat, documents, live  # noqa: E402
from ui.state import t  # noqa: E402


def main() -> None:
    st.set_page_config(page_title="Plantwright", page_icon=":material/factory:", layout="wide")
    st.html(ROOT / "ui" / "style.css")
    pages = [
        st.Page(chat.show, title=t("page_chat"), icon=":material/forum:", url_path="ask", default=True),
        st.Page(documents.show, title=t("page_documents"), icon=":material/description:", url_path="documents"),
        st.Page(live.show, title=t("page_live"), icon=":material/monitoring:", url_path="live"),
    ]
    page = st.navigation(pages, position="hidden")  # the sidebar links them, below the name
    show_sidebar(pages)
    page.run()
    show_evidence()


main()
