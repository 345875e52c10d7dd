"""Reads the settings once, from defaults, file, environment and flags, and remembers where each came from.

Every source is first reduced to dotted keys, so that the later one simply replaces the earlier one key by key. Only
then is each value read by the type of its setting: the key and the source are at hand when a message is needed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from gatepost.server.config import fields
from gatepost.server.config.fields import Leaf, leaves
from gatepost.server.config.kinds import Secret
from gatepost.server.config.settings import Settings, contradictions

DEFAULT_FILE = Path("gatepost.toml")

# Kubernetes gives every pod such variables for every service beside it, also for one that is named "gatepost".
_SERVICE_LINK = re.compile(
    r"GATEPOST(_[A-Z0-9_]+)?_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
    r"|(GATEPOST(_[A-Z0-9_]+)?_PORT)=(tcp|udp|sctp)://.*"
)
