"""What `gatepost doctor` says about one thing it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The name of what was looked at, what was seen, and what to do about it; no advice means that all is well."""

    name: str
    seen: str
    advice: str | None = None

    @property
    def well(self) -> bool:
        return self.advice is None
