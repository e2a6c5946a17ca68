"""The posts of a member of staff: added, changed, ended, gone on with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from emis_desktop.queries.staff_records import PostLine, StaffRecord
from ui.settings_page.section import Section
from ui.staff.dialogs import EditPost, EndPost
from ui.staff.lines import Line, LinesCard, Verb
from ui.staff.saying import post_facts, role_name


class PostsCard(LinesCard):
    """Stores through ``section``. A school changes its own posts; those elsewhere are shown."""

    def __init__(self, section: Section, today: Callable[[], date]) -> None:
        self._section, self.context, self.words, self._today = section, section.context, section.words, today
        tr = self.words.tr
        super().__init__(tr("Posts"), tr("No post yet"), "staff.posts")
        self._record: StaffRecord | None = None
        self.add_verb(tr("Add a post"), "plus", lambda: self._edit(None))

    def show_record(self, record: StaffRecord) -> None:
        """Show somebody's posts."""
        self._record = record
        self.show_lines([self._post_line(post) for post in record.posts])

    def _post_line(self, post: PostLine) -> Line:
        tr, role = self.words.tr, role_name(self.context, post.role)
        own = self.context.actor.institution_id in {None, post.institution_id}
        verbs: list[Verb] = []
        if own:
            spoken = tr("Change the post {role}", role=role)
            verbs.append(Verb("change", tr("Change"), spoken, partial(self._edit, post)))
            if post.ends_on is None:
                ends = tr("End the post {role}", role=role)
                verbs.append(Verb("end", tr("End"), ends, partial(self._ask_end, post)))
            else:
                again = tr("The post {role} goes on", role=role)
                verbs.append(Verb("resume", tr("Goes on"), again, partial(self._resume, post)))
        return Line(post.id.hex, role, post_facts(self.words, post), verbs, not post.holds(self._today()))

    def _schools(self) -> list[tuple[str, str]]:
        schools = self.context.queries.school.schools()
        chosen = self.context.place.institution_id
        ordered = sorted(schools, key=lambda one: one.id != chosen)
        return [(str(one.id), one.name) for one in ordered if one.open_on(self._today())]

    def _edit(self, post: PostLine | None) -> None:
        record = self._record
        if record is None:
            return
        shown = partial(EditPost, self.context, record, post)
        self._section.ask(self._schools, lambda schools: self._open(shown(schools, self.window())))

    def _ask_end(self, post: PostLine) -> None:
        self._open(EndPost(self.context, post, self._today(), self.window()))

    def _resume(self, post: PostLine) -> None:
        staff = self.context.services.staff
        self._section.do(lambda: staff.resume_post(post.id), self.words.tr("The post goes on"))

    def _open(self, dialog: EditPost | EndPost) -> None:
        dialog.done_well.connect(lambda _made: self._section.refresh())
        dialog.ask()
