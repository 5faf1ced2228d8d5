"""The only place that knows SQL: schema, migrations, and one module of functions a noun."""
