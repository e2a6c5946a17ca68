"""Where alembic meets the server's database: the connection and its one transaction are the caller's."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
)
context.run_migrations()
