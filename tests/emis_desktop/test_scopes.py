"""What belongs to which school, where the tables are others than those of a laptop."""

from sqlalchemy import MetaData, create_engine

from emis_desktop.scopes import subjects


def test_tables_without_a_journal_of_conflicts_have_no_subjects_of_it() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert subjects(connection, MetaData(), {}) == {}
