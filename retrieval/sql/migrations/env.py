"""Alembic's entry: runs on the connection that ``Database.open`` hands over, within its transaction."""

from alembic import context

from retrieval.sql.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
