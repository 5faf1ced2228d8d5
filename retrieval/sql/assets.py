"""The asset register's rows."""

import sqlalchemy as sa

from retrieval.errors import NotFound
from retrieval.models import Asset, Caller, Document
from retrieval.sql._rows import visible
from retrieval.sql.documents import to_document
from retrieval.sql.engine import Database
from retrieval.sql.schema import assets, documents


def list_assets(db: Database, caller: Caller) -> list[Asset]:
    """Every asset that the caller may see, by tag; where two registers state one, the newer stands."""
    with db.read() as connection:
        rows = connection.execute(
            sa.select(assets.c.body)
            .where(visible(assets, caller))
            .order_by(assets.c.tag, assets.c.from_epoch, assets.c.row_id)
        )
        found = {asset.tag: asset for asset in map(Asset.model_validate, rows.scalars())}
    return list(found.values())


def asset_rows(db: Database, caller: Caller, tag: str) -> tuple[Document, int, Asset]:
    """The register, the 1-based row of its file (head row = 1), and the asset. Raises ``NotFound``."""
    with db.read() as connection:
        row = (
            connection.execute(
                sa.select(assets)
                .where(assets.c.tag == tag, visible(assets, caller))
                .order_by(assets.c.from_epoch.desc(), assets.c.row_id.desc())
            )
            .mappings()
            .first()
        )
        source = (
            None
            if row is None
            else connection.execute(
                sa.select(documents).where(documents.c.id == row["document_id"], visible(documents, caller))
            )
            .mappings()
            .first()
        )
    if row is None or source is None:
        raise NotFound(f"no asset {tag!r} in the register, or none that you may see; check the tag")
    return to_document(source), row["row"], Asset.model_validate(row["body"])
