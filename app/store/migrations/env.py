"""Run by Alembic inside the transaction that `app.store.migrations.upgrade` has opened."""
from __future__ import annotations

from alembic import context

from app.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata,
                  transactional_ddl=True, render_as_batch=True)
context.run_migrations()
