from pathlib import Path

import pytest

from gatepost.cli.files import new_file
from gatepost.server.config import Settings


def test_a_file_that_somebody_else_puts_in_the_way_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / ".backup.db.unfinished"
    theirs.touch(mode=0o644)
    with monkeypatch.context() as quick:
        quick.setattr(Path, "unlink", lambda self, missing_ok=False: None)  # they are back before we begin
        with pytest.raises(FileExistsError), new_file(tmp_path / "backup.db", Settings(), force=False):
            pytest.fail("lent what is not ours")
    assert not (tmp_path / "backup.db").exists()
