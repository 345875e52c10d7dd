"""The samples of the client's page, run in their order against a running server and a real provider."""

from pathlib import Path

from tests.conformance.homebox.providers import PEOPLE, REDIRECT_URI, trusting
from tests.docs.pages import DOCS, Page
from tests.e2e.client.notebook import Notebook
from tests.kit.homebox import PASSWORD, running
from tests.kit.oidc import OidcProvider

PAGE = Page(DOCS / "reference" / "client-homebox.md")
SAMPLES = [block.text for block in PAGE.blocks if block.language == "python"]
BACK = "print(other.users.oidc_callback("
"""Where a person would go to the provider."""


def test_the_samples_print_what_they_are_about(data: Path) -> None:
    company = OidcProvider.start(redirect_uris=[REDIRECT_URI], accounts=PEOPLE)
    with running(data, **trusting(company.issuer)) as house:
        house.stage.account("admin@admin.com", password=PASSWORD, first_name="Admin")
        address = {"https://demo.homebox.software/api": house.url, '"admin"': f'"{PASSWORD}"'}
        notebook, printed = Notebook(address), ""
        for sample in SAMPLES:
            before, back, after = sample.partition(BACK)
            address_of_provider = notebook.run(before)
            printed += address_of_provider
            if back:
                printed = printed.replace(address_of_provider, "the provider\n")
                answer = company.walk(address_of_provider.strip(), "ada")
                codes = {"CODE_FROM_THE_PROVIDER": answer["code"], "STATE_FROM_THE_PROVIDER": answer["state"]}
                printed += Notebook(codes, **notebook.names).run(back + after)
    company.stop()
    assert printed.splitlines() == [
        "Admin admin@admin.com False",
        "Ann Lee ann@example.com",
        "ann@example.com",
        "['ann@example.com', 'ben@example.com']",
        "{'theme': 'dark'}",
        "light",
        "ann@example.com",
        "ann@example.com ['nightly']",
        "the provider",
        "/home",
        "None",
    ]
