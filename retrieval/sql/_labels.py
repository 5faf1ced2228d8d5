"""Rows that the same readers may see."""

import json

import sqlalchemy as sa

from retrieval.models import Document
from retrieval.sql import schema


def labelled_alike(connection: sa.Connection, table: sa.Table, document: Document) -> sa.ColumnElement[bool]:
    """Rows for the same readers: groups and areas are those of the document, in whatever order they are spelled."""
    spelled = (sa.type_coerce(schema.documents.c.groups, sa.Text), sa.type_coerce(schema.documents.c.areas, sa.Text))
    known = connection.execute(sa.select(*spelled).where(schema.documents.c.site == document.site).distinct())
    mine = (set(document.groups), set(document.areas))
    same = [
        sa.and_(
            sa.type_coerce(table.c.groups, sa.Text) == groups,
            sa.type_coerce(table.c.areas, sa.Text) == areas,
        )
        for groups, areas in known
        if (set(json.loads(groups)), set(json.loads(areas))) == mine
    ]
    return sa.or_(sa.false(), *same)
