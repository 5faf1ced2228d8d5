"""The folder that a file's path is relative to, so that files that are gone can be told from those of other folders."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    with op.batch_alter_table("ledger") as ledger:
        ledger.add_column(sa.Column("root", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("ledger") as ledger:
        ledger.drop_column("root")
