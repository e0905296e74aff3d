"""What the engine makes of any record: questions, sections, errors, choices, cookies."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import AppError, Forbidden, NotFound, OutcomeUnknown, Throttled, Unavailable
from shared.http.endpoint import Endpoint, NoQuery, Reply, Request
from shared.http.messages import Incoming
from shared.http.shapes.me import MeShape
from shared.services.application import Services
from shared.web.engine.page import Answers, Page, Question
from shared.web.engine.rendering import position
from shared.web.engine.serving import serve
from shared.wording import Words
from tests.cast.ids import AGENCY, invitation_id
from tests.running.app import SETTINGS, LocalApp, admin
from tests.running.visitors import Seen, Visitor, pages

HOME = "home.html"
ME = {"partner": None, "tenantKind": "unknown", "roles": [], "missing": []}
NOTHING: Mapping[str, str] = {}
ADDRESS = f"/invitations/{AGENCY}/{invitation_id(1)}"


def endpoint(answer: AppError | Exception | Mapping[str, Any]) -> Endpoint:
    async def made_up(_: Request, __: Services) -> Reply:
        if isinstance(answer, Exception):
            raise answer
        return Reply(200, dict(answer))

    return Endpoint(
        method="GET",
        route="api/made-up",
        summary="Answer as a test says",
        operations=(),
        answers={200: MeShape},
        handler=made_up,
        query=NoQuery,
    )


async def shown(
    local: LocalApp,
    *answers: AppError | Mapping[str, Any],
    method: str = "GET",
    query: Mapping[str, str] = NOTHING,
    outage: bool = False,
    refreshes: Callable[[Answers], bool] | None = None,
) -> Seen:
    """The page whose questions are answered so; `me` is the subject."""
    names = ["me", *(f"other{number}" for number in range(len(answers) - 1))]
    asks = {
        name: Question(endpoint(each), outage=outage and name != "me")
        for name, each in zip(names, answers, strict=True)
    }
    page = Page(
        name="page_x", route="x", title="Invitation", template=HOME, asks=asks, refreshes=refreshes
    )
    cookie = Visitor(local, admin(AGENCY))._cookie()
    incoming = Incoming(headers=cookie, query=dict(query))
    return Seen(await serve(page, method, incoming, lambda: local.app))


FAILURES: list[tuple[AppError, int, str]] = [
    (Throttled(), 429, "Wait 5 seconds, then open this page again."),
    (Unavailable(Words("It rests.", "쉽니다.")), 503, "It rests."),
    (OutcomeUnknown(), 503, "Wait 5 seconds"),
    (Forbidden(Words("No.", "아니요.")), 403, "You may not see this page"),
    (NotFound(), 404, "There is nothing here for you"),
    (AppError(Words("Oh.", "아.")), 500, "name this request:"),
]


@pytest.mark.parametrize(("error", "status", "said"), FAILURES, ids=lambda each: str(each)[:20])
async def test_the_subjects_error_is_the_pages(
    local: LocalApp, error: AppError, status: int, said: str
):
    page = await shown(local, error)
    assert page.status == status
    assert said in page.words
    waits = {"Retry-After": "5"} if status in {429, 503} else {}
    assert {n: v for n, v in page.headers.items() if n == "Retry-After"} == waits


@pytest.mark.parametrize("error", [Forbidden(Words("No.", "아니요.")), NotFound()], ids=str)
async def test_another_questions_refusal_hides_its_section(local: LocalApp, error: AppError):
    assert (await shown(local, ME, error)).status == 200


@pytest.mark.parametrize("error", [Throttled(), ValueError("secret")], ids=str)
async def test_another_questions_failure_is_the_pages(local: LocalApp, error: AppError):
    page = await shown(local, ME, error)
    assert page.status == (429 if isinstance(error, Throttled) else 500)
    assert "secret" not in page.html


async def test_an_outage_is_an_answer_where_it_is_asked_for(local: LocalApp):
    rests = Unavailable(Words("It rests.", "쉽니다."))
    assert (await shown(local, ME, rests)).status == 503
    assert (await shown(local, ME, rests, outage=True)).status == 200
    assert (await shown(local, ME, Throttled(), outage=True)).status == 429
    assert (await shown(local, rests, outage=True)).status == 503


async def test_a_page_refreshes_itself_while_something_goes_on_and_nobody_minds(local: LocalApp):
    def goes_on(found: Answers) -> bool:
        return found["me"] == ME

    assert (await shown(local, ME, refreshes=goes_on)).headers["Refresh"] == "10"
    for seen in (
        await shown(local, ME),
        await shown(local, {**ME, "tenantKind": "customer"}, refreshes=goes_on),
        await shown(local, ME, refreshes=goes_on, query={"refresh": "off"}),
        await shown(local, Forbidden(Words("No.", "아니요.")), refreshes=goes_on),
    ):
        assert "Refresh" not in seen.headers


async def test_what_goes_wrong_here_is_told_without_its_name(local: LocalApp):
    """A template that asks for what is not there."""
    page = await shown(local, {"nothing": "of it"})
    assert page.status == 500
    assert "tenantKind" not in page.html
    assert page.headers["x-ms-request-id"] in page.words


async def test_head_is_the_same(local: LocalApp):
    read, looked = await shown(local, ME), await shown(local, ME, method="HEAD")
    assert read.status == looked.status == 200
    assert read.headers.keys() == looked.headers.keys()


async def test_without_keys_pages_say_that_they_are_not_set_up():
    page = await Visitor(LocalApp(SETTINGS)).get(ADDRESS)
    assert page.status == 503
    assert "not finished setting them up" in page.words


async def test_language_and_zone_are_kept(local: LocalApp):
    visitor = Visitor(local)
    chosen = await visitor.get(f"{ADDRESS}?language=ko&zone=Asia/Seoul&more=x")
    assert (chosen.status, chosen.headers["Location"]) == (303, ADDRESS)
    kept = {each.name: each.value for each in chosen.outgoing.cookies}
    assert kept == {"__Host-language": "ko", "__Host-zone": "Asia~Seoul"}
    session = Visitor(local, admin(AGENCY))._cookie()["cookie"]
    cookie = "; ".join([session, *(f"{name}={value}" for name, value in kept.items())])
    page = await Visitor(local, headers={"cookie": cookie}).get(ADDRESS)
    assert '<html lang="ko">' in page.html
    assert "UTC (" in page.words
    nothing = await visitor.get(f"{ADDRESS}?language=fr&zone=Mars")
    assert nothing.status == 200


async def test_each_answer_keeps_the_session_longer_but_not_for_ever(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    first = await visitor.get(ADDRESS)
    (cookie,) = first.outgoing.cookies
    assert (cookie.name, cookie.max_age) == ("__Host-session", 1800)
    nobody = Visitor(local, headers={"cookie": f"__Host-session={cookie.value}"})
    local.clock.pass_by(seconds=1799)
    assert "Signed in as" in (await nobody.get(ADDRESS)).words
    local.clock.pass_by(seconds=1)
    assert "Signed in as" not in (await nobody.get(ADDRESS)).words


async def test_support_is_named_where_it_is_set(local: LocalApp):
    assert "Questions?" not in (await Visitor(local).get(ADDRESS)).words
    settings = local.services.settings.model_copy(update={"support_contact": "help@csp.example"})
    other = LocalApp(settings)
    assert "Contact help@csp.example." in (await Visitor(other).get(ADDRESS)).words


def test_a_lists_next_page_is_under_the_pages_own_address():
    link = (
        "https://csp.example/api/x?api-version=2026-11-01&status=a%26b&maxpagesize=25&skiptoken=t"
    )
    assert position(link) == "status=a%26b&skiptoken=t"


async def test_words_of_others_stay_words(local: LocalApp):
    me = {**ME, "tenantKind": "customer", "missing": [{"message": "<script>x</script>"}]}
    page = await shown(local, me)
    assert "<script>" not in page.html
    assert "<script>x</script>" in page.words


async def test_who_signed_in_too_long_ago_is_asked_again_where_it_decides(local: LocalApp):
    early = local.clock.now() - timedelta(seconds=601)
    page = await Visitor(local, admin(AGENCY), signed_in=early).get(f"{ADDRESS}/accept")
    assert "Sign in again to decide" in page.words
    just = local.clock.now() - timedelta(seconds=600)
    page = await Visitor(local, admin(AGENCY), signed_in=just).get(f"{ADDRESS}/accept")
    assert page.steps == ["review"]


@pytest.mark.parametrize("landed", [True, False])
async def test_what_was_done_though_nobody_heard_of_it_is_no_change_by_others(
    local: LocalApp, monkeypatch: pytest.MonkeyPatch, *, landed: bool
):
    """The outcome is unknown: where the subject is as the form would make it, it was this form."""
    visitor = Visitor(local, admin(AGENCY))
    address = f"{ADDRESS}/decline"
    opened = await visitor.get(address)
    api = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    real = pages()["page_invitation_decline"]
    assert real.form

    async def unheard(_: Request, __: Services) -> Reply:
        if landed:
            assert (await local.call("POST", f"{api}/decline", admin(AGENCY), {})).status == 200
        raise OutcomeUnknown

    endpoint = replace(real.form.endpoint, handler=unheard)
    page = replace(real, form=replace(real.form, endpoint=endpoint))
    visitor.added = {page.name: page}
    sent = await visitor.post(address, {**opened.fields, "step": "confirm"})
    if landed:
        assert (sent.status, sent.headers["Location"]) == (303, ADDRESS)
    else:
        assert (sent.status, sent.steps) == (503, ["review"])
        assert "Wait 5 seconds, then send the form again." in sent.words
