from bench.people import people
from gatepost.server.domain.text import fold


def test_a_person_does_not_depend_on_how_many_are_asked_for() -> None:
    assert list(people(10)) == list(people(25_000))[:10]


def test_ids_and_addresses_are_unique_and_ids_sort_by_creation() -> None:
    everybody = list(people(25_000))
    ids = [person.id for person in everybody]
    assert ids == sorted(set(ids))
    assert len({fold(person.email) for person in everybody}) == len(everybody)
    assert len({fold(person.username) for person in everybody}) == len(everybody)
