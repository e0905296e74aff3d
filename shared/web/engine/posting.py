"""What happens with a page's form: shown, tried, reviewed, confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import uuid4

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import App
from shared.web.engine import frames
from shared.web.engine.asking import Told, Unanswered, answers, path_id, put, require_form
from shared.web.engine.frames import Frame
from shared.web.engine.page import Answers, Page, Visit
from shared.web.forms import outcomes, submissions
from shared.web.forms.form import Form, Step, Target
from shared.web.forms.outcomes import Outcome
from shared.web.forms.submissions import Submission, Turned
from shared.web.forms.tokens import FormToken, FormTokens
from shared.web.forms.views import Closed, FormView, reviewing, view
from shared.web.session import LONGEST, fresh

SIGN_OUT = "signout"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one person meets one page's form."""

    page: Page
    app: App
    visit: Visit
    tokens: FormTokens
    frame: Frame

    async def opened(self, form: Form, found: Answers) -> FormView:
        """The form on a page that is opened now; what there is to say against it, is said."""
        filled = {each.name: each.filled(found) for each in form.fields if each.shown(found)}
        fields, _ = view(form, found, filled)
        token = self._token(form, found)
        shown = self._view(form, token)
        if form.trial and form.trial.at_once:
            outcome = await self._tried(form, token, Submission(Step.PREVIEW, {}))
            shown = replace(shown, general=outcome.problems, wait=outcome.wait)
        if closed := self._closed(form):
            return replace(shown, closed=closed, token="")
        return replace(shown, fields=fields)

    async def posted(self, incoming: Incoming) -> Outgoing:
        """The answer to its POST. Raises Turned and Unanswered."""
        form = self.page.form
        if form is None:
            raise submissions.foreign_token()
        token = self.tokens.read(submissions.sealed_token(incoming))
        if token is None or not self._mine(token):
            raise submissions.foreign_token()
        late = self.tokens.late(token)
        try:
            submission = submissions.read(incoming, form)
        except Turned:
            if late:
                raise submissions.foreign_token() from None
            raise
        await require_form(self.app, self.visit, self.page)
        if late:
            return await self._late(form, token, submission)
        return await self._taken(form, token, submission)

    async def _taken(self, form: Form, token: FormToken, submission: Submission) -> Outgoing:
        if submission.step is not Step.CONFIRM:
            outcome = await self._tried(form, token, submission)
        else:
            outcome = await self._done(form, token, submission)
            if outcome.good:
                return frames.elsewhere(self._after(form, token, submission))
        found = await answers(self.app, self.visit, self.page)
        if form.each:
            token = self._token(form, found)  # Some of it may be done: the rest is left.
        # A rule may refuse what changed before its version is looked at.
        etag = _etag(found, self.page)
        changed = outcome.changed or etag != token.etag
        if changed:
            subject = found[next(iter(self.page.asks))]
            if submission.step is Step.CONFIRM and subject and form.done(subject):
                return frames.elsewhere(self._after(form, token, submission))
            token = token.model_copy(update={"etag": etag})
        fields, general = view(form, found, submission.typed, outcome.problems)
        shown = replace(
            self._view(form, token),
            fields=fields,
            general=general,
            reviewing=reviewing(submission.step, outcome) and not changed,
            tried=submission.step is Step.PREVIEW and outcome.good and form.trial is not None,
            changed=changed,
            taken=outcome.taken,
            unchecked=outcome.unchecked,
            wait=outcome.wait,
            done=outcome.done,
        )
        return self._page(outcome.status, found, shown, outcome.wait)

    async def _late(self, form: Form, token: FormToken, submission: Submission) -> Outgoing:
        """The form with what was typed, to be read and not sent."""
        found = await answers(self.app, self.visit, self.page)
        fields, _ = view(form, found, submission.typed)
        shown = replace(self._view(form, token), fields=fields, closed=Closed.LATE, token="")
        return self._page(HTTPStatus.FORBIDDEN, found, shown)

    async def _tried(self, form: Form, token: FormToken, submission: Submission) -> Outcome:
        body = submissions.body(form, submission.typed)
        if form.trial is None:
            return Outcome(HTTPStatus.OK)
        ids = self._ids(form, token, submission)
        asked: JsonObject = {"command": form.trial.name, **ids, "body": body}
        told = await put(self.app, self.visit, form.trial.endpoint, {}, body=asked)
        return outcomes.of_trial(form, told.status, told.document, told.headers)

    async def _done(self, form: Form, token: FormToken, submission: Submission) -> Outcome:
        body = submissions.body(form, submission.typed)
        if form.each:
            return await self._each_done(form, token.targets, body)
        told = await self._sent(form, self._ids(form, token, submission), body, token.etag)
        if told.status == HTTPStatus.NOT_FOUND:
            raise Unanswered(told)
        return outcomes.of_command(form, told.status, told.document, told.headers)

    async def _each_done(
        self, form: Form, targets: tuple[Target, ...], body: JsonObject
    ) -> Outcome:
        """The command with each of them, in order; where it must wait, the rest is left."""
        came_to: list[Outcome] = []
        for each in targets:
            told = await self._sent(form, each.ids, body, each.etag)
            about = ", ".join(each.ids.values())
            said = (told.status, told.document, told.headers)
            came_to.append(outcomes.of_one(form, *said, about))
            if came_to[-1].wait is not None:
                break
        return outcomes.of_several(came_to)

    async def _sent(
        self, form: Form, ids: Mapping[str, str], body: JsonObject, etag: str | None
    ) -> Told:
        sent = body if form.endpoint.body else None
        return await put(self.app, self.visit, form.endpoint, ids, body=sent, if_match=etag)

    def _ids(self, form: Form, token: FormToken, submission: Submission) -> dict[str, str]:
        named = {**token.ids, **submissions.typed_ids(form, submission.typed)}
        return {
            name: named[name] if name in named else path_id(self.visit, name)
            for name in form.endpoint.parameters
        }

    def _after(self, form: Form, token: FormToken, submission: Submission) -> str:
        typed = submissions.typed_ids(form, submission.typed)
        return frames.link(form.after.format_map({**self.visit.path, **token.ids, **typed}), {})

    def _token(self, form: Form, found: Answers) -> FormToken:
        principal = self.visit.session.principal
        return FormToken(
            tenant=principal.tenant_id,
            person=principal.object_id,
            action=self.page.name,
            resource=self.page.address(self.visit.path),
            etag=_etag(found, self.page),
            auth=self.visit.session.auth_time,
            ids={name: str(uuid4()) for name in form.makes},
            targets=form.each(found) if form.each else (),
            until=self.tokens.until(self.frame.settings.form_seconds),
        )

    def _mine(self, token: FormToken) -> bool:
        """Whether the token was made for this person, this page and this address."""
        principal = self.visit.session.principal
        whose = (principal.tenant_id, principal.object_id)
        what = (self.page.name, self.page.address(self.visit.path))
        return (token.tenant, token.person) == whose and (token.action, token.resource) == what

    def _closed(self, form: Form) -> Closed | None:
        if not form.decides:
            return None
        session, seconds = self.visit.session, self.frame.settings.sign_in_fresh_seconds
        if session.auth_time is None:
            return Closed.NO_AUTH_TIME
        if fresh(session, self.tokens.now, seconds):
            return None
        return Closed.UNRENEWED if session.unrenewed else Closed.NOT_FRESH

    def _view(self, form: Form, token: FormToken) -> FormView:
        address = frames.link(self.page.address(self.visit.path), self.visit.query)
        return FormView(form, address, self.tokens.text(token), rfc3339(token.until), ())

    def _page(
        self, status: int, found: Answers, form: FormView, wait: int | None = None
    ) -> Outgoing:
        shown: Mapping[str, object] = {
            **found,
            "visit": self.visit,
            **self.page.shows(self.visit, found),
            "form": form,
        }
        page = frames.page(self.frame, status, self.page.template, self.page.title, shown)
        more = {"Retry-After": str(wait)} if wait else {}
        return replace(page, headers={**page.headers, **more})


def sign_out_token(visit: Visit, tokens: FormTokens) -> str:
    """What the button on every page sends along."""
    principal = visit.session.principal
    return tokens.text(
        FormToken(
            tenant=principal.tenant_id,
            person=principal.object_id,
            action=SIGN_OUT,
            resource=f"/{SIGN_OUT}",
            etag=None,
            auth=None,
            ids={},
            until=visit.session.began + LONGEST,
        )
    )


def _etag(found: Answers, page: Page) -> str | None:
    if page.form and page.form.adds:
        return None
    subject = found[next(iter(page.asks))] if page.asks else None
    etag = (subject or {}).get("etag")
    return etag if isinstance(etag, str) else None
