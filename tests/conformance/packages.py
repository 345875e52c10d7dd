"""The five official packages against one process that serves all four APIs, each call told by the status it came to."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import httpx
import requests
import ubiops
from homebox import HomeboxClient
from homebox_client import AuthenticatedClient, Client
from homebox_client.api.authentication import post_v1_users_login
from homebox_client.api.user import get_v1_users_self
from homebox_client.models import V1LoginForm
from qhub.api.user import HubUserClient
from qhub.api.user.core import ApiError as KipuError
from vectara.core.api_error import ApiError as VectaraError

from tests.conformance.vectara.official import official_at


@dataclass(frozen=True)
class Held:
    """What somebody carries: a session begun by each Homebox package, an attachment token, a key, and a token."""

    session: Any
    generated: str
    attachment: str
    key: str
    token: str


class Packages:
    """Makes the clients; what they open is closed with `stack`."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._url = url
        self._stack = stack
        self._http = stack.enter_context(httpx.Client(timeout=60))

    def ubiops(self, credential: str) -> Any:
        configuration = ubiops.Configuration(f"{self._url}/ubiops/v2.1", {"Authorization": credential})
        return ubiops.CoreApi(self._stack.enter_context(closing(ubiops.ApiClient(configuration))))

    def vectara(self, **credentials: str) -> Any:
        return official_at(self._url, self._http, **credentials).users

    def kipu(self, token: str) -> HubUserClient:
        return HubUserClient(base_url=f"{self._url}/kipu/user-service", api_key=token, httpx_client=self._http)

    def homebox(self, token: str | None = None) -> Any:
        return HomeboxClient(f"{self._url}/homebox/api", token)

    def log_in_by_generated(self, email: str, password: str) -> Any:
        """Sign in by `homebox-client` and give its detailed answer."""
        form = V1LoginForm(username=email, password=password, stay_logged_in=True)
        with Client(base_url=f"{self._url}/homebox/api") as client:
            return post_v1_users_login.sync_detailed(client=client, body=form)

    def knock(self, held: Held) -> dict[str, int]:
        """Show everything at every door where it can be shown."""
        answers = {
            "Homebox session": status(held.session.users.get_user_self),
            "Homebox session, generated": self._self_by_generated(held.generated),
            "Homebox key": status(self.homebox(held.key).users.get_user_self),
        }
        for name, raw in {"key": held.key, "token": held.token}.items():
            answers |= {
                f"Kipu, {name}": status(self.kipu(raw).authentication.authorize_by_personal_access_token),
                f"UbiOps Token, {name}": status(self.ubiops(f"Token {raw}").user_get),
                f"UbiOps Bearer, {name}": status(self.ubiops(f"Bearer {raw}").user_get),
                f"Vectara, {name}": status(self.vectara(api_key=raw).list),
            }
        return answers

    def attachment(self, held: Held) -> int:
        """Show the attachment token: 403 means that it is known, and opens nothing here."""
        url = f"{self._url}/homebox/api/v1/users/self"
        return self._http.get(url, headers={"authorization": held.attachment}).status_code

    def _self_by_generated(self, token: str) -> int:
        with AuthenticatedClient(base_url=f"{self._url}/homebox/api", token=token) as client:
            return int(get_v1_users_self.sync_detailed(client=client).status_code)


def status(call: Callable[[], Any]) -> int:
    """Make a call by whichever package and give the status it came to."""
    try:
        call()
    except (KipuError, VectaraError) as error:
        return error.status_code or 0
    except ubiops.ApiException as error:
        return int(error.status)
    except requests.HTTPError as error:
        return 0 if error.response is None else error.response.status_code
    return 200
