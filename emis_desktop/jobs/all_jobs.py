"""The long work that the screens start: beside the desk's questions and commands."""

from __future__ import annotations

from dataclasses import dataclass

from emis_desktop.jobs.card_jobs import CardJobs
from emis_desktop.jobs.handover import HandoverJobs
from emis_desktop.jobs.incident_letters import IncidentLetterJobs
from emis_desktop.jobs.open_year import YearJobs
from emis_desktop.jobs.print_students import PaperJobs
from emis_desktop.jobs.record_jobs import RecordJobs
from emis_desktop.laptop import OpenLaptop


@dataclass(frozen=True, slots=True)
class Jobs:
    """Long work of whoever is signed in, each kind made for their store and rights."""

    cards: CardJobs
    handovers: HandoverJobs
    letters: IncidentLetterJobs
    papers: PaperJobs
    records: RecordJobs
    years: YearJobs


def jobs_of(laptop: OpenLaptop) -> Jobs:
    """The jobs of whoever is signed in."""
    return Jobs(
        cards=CardJobs(laptop.db, laptop.actor),
        handovers=HandoverJobs(laptop.db, laptop.actor),
        letters=IncidentLetterJobs(laptop.db, laptop.actor, laptop.profile),
        papers=PaperJobs(laptop.db, laptop.actor, laptop.box, laptop.profile),
        records=RecordJobs(laptop.db, laptop.actor, laptop.profile),
        years=YearJobs(laptop.db, laptop.actor, laptop.profile),
    )
