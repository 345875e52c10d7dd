import json
from pathlib import Path

from gatepost.cli.serving.greeting import Greeting, json_text, text

KIPU = "https://accounts.example.org/kipu/user-service"
UBIOPS = "https://accounts.example.org/ubiops/v2.1"
VECTARA = "https://accounts.example.org/vectara"

GREETING = Greeting(
    url="https://accounts.example.org",
    apis={"homebox": None, "kipu": KIPU, "ubiops": UBIOPS, "vectara": VECTARA},
    data=Path("/var/lib/gatepost"),
    mails_stay=True,
    setup_link="https://accounts.example.org/setup/x",
)
QUIET = Greeting(
    url="http://localhost",
    apis=dict.fromkeys(("homebox", "kipu", "ubiops", "vectara")),
    data=Path("/data"),
    mails_stay=False,
    setup_link=None,
)


def test_people_are_told_where_everything_is_and_how_to_begin() -> None:
    said = text(GREETING)
    for part in (
        f"Kipu API     {KIPU}\n",
        f"UbiOps API   {UBIOPS}\n",
        f"Vectara API  {VECTARA}\n",
        "/var/lib/gatepost",
        "gatepost mail list",
    ):
        assert part in said
    assert "\n  https://accounts.example.org/setup/x\n" in said


def test_what_there_is_not_is_not_mentioned() -> None:
    said = text(QUIET)
    for part in ("Kipu", "Homebox", "UbiOps", "Vectara", "mail list", "owner"):
        assert part not in said


def test_programs_are_told_on_one_line() -> None:
    said = json_text(GREETING)
    assert "\n" not in said
    assert json.loads(said) == {
        "url": GREETING.url,
        "homebox": None,
        "kipu": KIPU,
        "ubiops": UBIOPS,
        "vectara": VECTARA,
        "data": "/var/lib/gatepost",
        "setup_link": GREETING.setup_link,
    }
    assert json.loads(json_text(QUIET))["setup_link"] is None
