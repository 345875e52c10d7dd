"""What is counted, and that nothing a client makes up becomes a label."""

from tests.kit.backstage import Member
from tests.kit.kipu import target
from tests.kit.site import Site
from tests.kit.wire import Target

METRICS = Target("GET", b"/metrics")


def samples(site: Site) -> dict[str, float]:
    lines = site.ask(METRICS).body.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_an_answer_is_counted_by_surface_method_and_status(site: Site, ada: Member) -> None:
    name = 'gatepost_http_answers_total{method="GET",status="200",surface="kipu"}'
    before = samples(site).get(name, 0)
    for path in ("/me", f"/users/{ada.id}"):
        site.ask(target("GET", path, ada.token))
    assert samples(site)[name] == before + 2


def test_attempts_to_deliver_mail_are_counted_from_nothing_on(site: Site) -> None:
    outcomes = ("sent", "postponed", "failed")
    before = samples(site)
    site.stage.parts.mails.outcomes["failed"] += 1
    after = samples(site)
    names = [f'gatepost_mail_attempts_total{{outcome="{outcome}"}}' for outcome in outcomes]
    assert [after[name] - before[name] for name in names] == [0, 0, 1]


def test_nothing_a_client_makes_up_becomes_a_label(site: Site, ada: Member) -> None:
    site.ask(Target("OTHERWISE", b"/kipu/user-service/me"))
    before = samples(site).keys()
    for number in range(20):
        made_up = f"xyzzy{number}"
        for request in (
            Target(made_up.upper(), b"/kipu/user-service/me"),
            target("GET", f"/users/{made_up}"),
            Target("GET", f"/{made_up}".encode()),
            target("GET", "/me", made_up, x_forwarded_for=made_up, user_agent=made_up, host=made_up),
        ):
            site.ask(request)
    after = samples(site)
    assert "xyzzy" not in str(after).lower()
    assert len(after.keys() - before) <= 4
