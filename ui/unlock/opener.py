"""What the sign-in screen asks of the laptop: who signs in here, how long to wait, open."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.keyring.ring_file import Person, RingFile
from emis_desktop.keyring.tries import Tries
from emis_desktop.settings import Home
from ui.program import opening
from ui.tasks import Task, TaskControl, Tasks


class Opener:
    """Works on the data folder ``home``; what takes long runs in ``tasks``."""

    def __init__(self, home: Home, tasks: Tasks) -> None:
        self.home = home
        self._tasks = tasks
        self._ring = RingFile(home.keyring)

    def people(self) -> tuple[Person, ...]:
        """Who may sign in, the one seen last first. Raises what the key ring's file raises."""
        return self._ring.people()

    def wait(self, user_id: UUID) -> int:
        """Seconds until this person may try again after wrong passwords."""
        return Tries(self.home.keyring.with_name("sign-in.json")).wait(str(user_id))

    def sign_in(self, user_id: UUID, password: str, phone_code: str = "") -> Task:
        """Open the records; succeeds with an :class:`emis_desktop.desk.Desk`. A ``phone_code``
        of the ministry first makes the time without a line longer.
        """

        def job(_control: TaskControl) -> object:
            if phone_code:
                opening.extend(self.home, user_id, password, phone_code)
            return opening.open_for(self.home, user_id, password)

        return self._tasks.run(job)

    def ask_standing(self) -> Task | None:
        """Ask the ministry whether this laptop still may, in a task; None where it never joined."""
        if not any((self.home.root / "device").glob("*.json")):
            return None
        return self._tasks.run(lambda _control: opening.ask_standing(self.home))

    def recover(self, code: str, user_id: UUID, password: str) -> Task:
        """Set a new password with the ministry's recovery code."""
        return self._tasks.run(lambda _control: opening.recover(self.home, code, user_id, password))
