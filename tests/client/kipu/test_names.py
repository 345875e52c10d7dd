"""Where the names of the reference document are, after `qhub.api.user` has become `gatepost.kipu`."""

import importlib

import pytest

from gatepost import kipu

NAMES = {
    "": [
        "AccessTokenDto",
        "AccessTokensDto",
        "AsyncHubUserClient",
        "BadRequestError",
        "DefaultAccessTokenDto",
        "ForbiddenError",
        "HubUserClient",
        "HubUserClientEnvironment",
        "NotFoundError",
        "PersonalAccessTokenPrincipal",
        "RegistrationResponse",
        "RegistrationResponseStatus",
        "UnauthorizedError",
        "UserDto",
        "UserOverviewDto",
        "UserSearchDto",
    ],
    ".errors": ["BadRequestError", "ForbiddenError", "NotFoundError", "UnauthorizedError"],
    ".core": ["ApiError", "File"],
    ".core.api_error": ["ApiError"],
    ".environment": ["HubUserClientEnvironment"],
    ".credentials": ["ConfigFileCredential", "DefaultCredentialsProvider", "EnvironmentCredential", "StaticCredential"],
    ".context": ["Context", "ContextResolver"],
}


@pytest.mark.parametrize("module", NAMES)
def test_the_names_of_the_document_are_there(module: str) -> None:
    found = importlib.import_module(f"gatepost.kipu{module}")
    assert set(NAMES[module]) <= set(dir(found))


def test_a_name_is_one_thing_wherever_it_is_imported_from() -> None:
    from gatepost.kipu import core, errors
    from gatepost.kipu.core import api_error

    assert kipu.ApiError is errors.ApiError is core.ApiError is api_error.ApiError
    assert kipu.NotFoundError is errors.NotFoundError


def test_all_errors_extend_one() -> None:
    kinds = [kipu.BadRequestError, kipu.UnauthorizedError, kipu.ForbiddenError, kipu.NotFoundError, kipu.ParsingError]
    assert all(issubclass(kind, kipu.ApiError) for kind in kinds)


def test_everything_public_is_exported() -> None:
    assert kipu.__all__ == sorted(kipu.__all__)
    assert all(hasattr(kipu, name) for name in kipu.__all__)
