"""Alembic's entry point: runs the migrations on the connection that `migrate.upgrade` hands over."""

from alembic import context

from gatepost.server.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=lambda thing, name, kind, reflected, compare_to: (
        not (kind == "table" and reflected and str(name).startswith("directory"))
    ),
)
with context.begin_transaction():
    context.run_migrations()
