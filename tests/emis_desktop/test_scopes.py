"""What belongs to which school, where the tables are others than those of a laptop."""

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, create_engine

from emis_desktop.scopes import subjects


def test_tables_without_a_journal_of_conflicts_have_no_subjects_of_it() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert subjects(connection, MetaData(), {}) == {}


def test_a_conflict_about_a_table_of_a_later_version_is_of_nobody() -> None:
    tables = MetaData()
    Table("conflict", tables, Column("table_name", String), Column("row_id", LargeBinary))
    with create_engine("sqlite://").connect() as connection:
        tables.create_all(connection)
        connection.exec_driver_sql("INSERT INTO conflict VALUES ('canteen', x'01')")
        assert subjects(connection, tables, {}) == {}
