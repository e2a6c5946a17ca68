"""``emis doctor --repair``: what it puts right, what it leaves, and that it says so."""

from tests.factories.laptops import SetUp
from tests.helpers.commands import emis


def test_a_lost_trigger_is_put_right_and_told(laptop: SetUp) -> None:
    with laptop.sign_in() as mine, mine.db.maintain() as connection:
        connection.execute("DROP TRIGGER capture_mark_insert")
    assert emis("doctor").code == 1
    done = emis("doctor", "--repair", "--json")
    assert (done.code, done.document["repaired"], done.document["integrity"]) == (0, ["triggers"], "ok")
    again = emis("doctor", "--repair")
    assert again.code == 0
    assert "There was nothing that could be put right here." in again.out
    assert "The records are whole." in again.out


def test_a_search_index_that_is_wrong_is_told_in_words(laptop: SetUp) -> None:
    with laptop.sign_in() as mine, mine.db.maintain() as connection:
        connection.execute("INSERT INTO search_count (gram, students) VALUES ('zz', 5)")
    done = emis("doctor", "--repair")
    assert done.code == 0
    assert "Put right: The search would not find everybody." in done.out


def test_other_damage_is_left_to_a_copy(laptop: SetUp) -> None:
    with laptop.sign_in() as mine, mine.db.maintain() as connection:
        connection.execute("UPDATE change SET after = 'x' WHERE seq = 1")
    done = emis("doctor", "--repair")
    assert done.code == 1
    assert "There was nothing that could be put right here." in done.out
    assert "Restore them from the newest" in done.out
