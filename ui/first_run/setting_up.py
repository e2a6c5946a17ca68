"""The work at the end of the first run, off the screen's thread: new records, a demonstration."""

from __future__ import annotations

from emis_desktop.demo_people import DEMO_PUPILS
from emis_desktop.jobs.demo.walk import Wish, prepare_both
from emis_desktop.laptop import Laptop, Made
from emis_desktop.settings import Home
from resources.words import Words
from ui.first_run.answers import Answers, Source
from ui.first_run.joining import join
from ui.tasks import Task, TaskControl, Tasks

DEMO_STEPS = 25
"""The demonstration is made in about so many seconds; its steps are not told finer than that."""


def set_up(tasks: Tasks, home: Home, answers: Answers) -> Task:
    """Make the new records, or join and make those that will be filled; succeeds with :class:`Made`."""

    def job(control: TaskControl) -> Made:
        if answers.source is Source.JOIN:
            return join(home, answers, control)
        return Laptop(home).set_up(answers.first_run())

    return tasks.run(job)


def demo_home(home: Home) -> Home:
    """The folder of the demonstration: beside the real one, so that invented records never meet real ones."""
    return Home(home.root.with_name(f"{home.root.name}-demo"))


def make_demo(tasks: Tasks, home: Home, words: Words, pupils: int = DEMO_PUPILS) -> Task:
    """Make the demonstration; succeeds with its :class:`Home`."""
    target = demo_home(home)

    def job(control: TaskControl) -> Home:
        control.check()
        prepare_both(
            target,
            Wish(out=target.root, pupils=pupils, language=words.language),
            lambda _step: control.check(),
        )
        return target

    return tasks.run(job)
