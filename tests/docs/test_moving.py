"""The move to PostgreSQL and to two hosts, as the page shows it, with both hosts on this machine."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from gatepost.server.config import Settings
from gatepost.server.config.fields import leaves
from tests.docs.nginx import FRAME, Nginx, nginx
from tests.docs.pages import DOCS, ROOT, Page
from tests.docs.test_nginx import KIPU, ask
from tests.kit.postgres import Cluster, ordinary_user, place_of_own
from tests.kit.program import Done, run
from tests.kit.server import Server, free_port, serving

PAGE = Page(DOCS / "how-to" / "move-to-postgresql.md")
NGINX = Page(DOCS / "how-to" / "put-it-behind-nginx.md")
DEPLOY = ROOT / "deploy" / "postgresql"

INSTALLED = "/opt/gatepost/bin/gatepost"
PASSWORD = "long and random"
ADA = "ada@example.org"


def shown(language: str, holding: str = "") -> str:
    [text] = [block.text for block in PAGE.blocks if block.language == language and holding in block.text]
    return text


class Hosts(NamedTuple):
    """What stands for the page's machines: the server, and a directory for each host."""

    cluster: Cluster
    one: Path
    two: Path

    def filled_in(self, text: str, host: Path) -> str:
        """Replace what is the page's by what is here; there is no TLS between the parts of one machine."""
        for theirs, ours in {
            "10.0.0.21:6432": "127.0.0.1:6432",
            "10.0.0.21:5432": f"127.0.0.1:{self.cluster.port}",
            "@10.0.0.21/": f"@127.0.0.1:{self.cluster.port}/",
            "&sslmode=require": "",
            "/etc/gatepost/": f"{host}/",
            "/var/lib/gatepost/": f"{host}/",
            "/var/lib/gatepost": str(host),
            "10.0.0.11": "127.0.0.1",
            "10.0.0.10": "127.0.0.1",
        }.items():
            text = text.replace(theirs, ours)
        return text

    def command(self, name: str, host: Path) -> Done:
        """Run the one command of the page that begins like this."""
        [line] = {line for block in PAGE.blocks for line in block.text.splitlines() if f"{INSTALLED} {name}" in line}
        words = shlex.split(self.filled_in(line, host))
        return run(*words[words.index(INSTALLED) + 1 :])


@pytest.fixture(scope="module")
def hosts(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """Make the role, the database and the rule that the page shows, and an installation on SQLite."""
    with allowed(cluster):
        for statement in shown("sql").split(";")[:-1]:
            cluster.execute(statement)
        made = Hosts(cluster, tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two"))
        for host in (made.one, made.two):
            host.chmod(0o700)
            (host / "pgpass").write_text(made.filled_in(shown("text", ":gatepost:gatepost:"), host))
            (host / "pgpass").chmod(0o600)
        assert run("users", "create", "--email", ADA, "--role", "owner", "--data", made.one).status == 0
        yield made
        cluster.drop("gatepost")
        cluster.execute("DROP ROLE gatepost")


@contextmanager
def allowed(cluster: Cluster) -> Iterator[None]:
    """Let the role in by its password, as the page's line does for another network."""
    rules = cluster.data / "pg_hba.conf"
    before, rule = rules.read_text(), shown("text", "hostssl")
    rules.write_text(rule.replace("hostssl", "host").replace("10.0.0.0/24", "127.0.0.1/32") + before)
    cluster.execute("SELECT pg_reload_conf()")
    yield
    rules.write_text(before)
    cluster.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="module")
def token(hosts: Hosts) -> str:
    """Move the installation as the page does, and give a token that was made before."""
    made = run("tokens", "create", "--user", ADA, "--name", "ci", "--data", hosts.one, "--json").json["value"]
    (hosts.one / "gatepost.toml").write_text(f'data = "{hosts.one}"\n')
    moved = hosts.command("migrate --config /etc/gatepost/gatepost.toml --to 'postgresql", hosts.one)
    assert "compared by checksums" in moved.out, moved.err
    for host in (hosts.one, hosts.two):
        (host / "gatepost.toml").write_text(hosts.filled_in(shown("toml", "[server]"), host))
    (hosts.one / "gatepost.db").unlink()
    return str(made)


@pytest.fixture
def first(hosts: Hosts, token: str) -> Iterator[Server]:
    with serving(hosts.one) as server:
        yield server


def test_the_second_host_is_refused_until_it_has_the_key_file(hosts: Hosts, first: Server) -> None:
    assert (
        "there is no key file"
        in hosts.command("doctor", hosts.two).out
        + run("users", "list", "--config", hosts.two / "gatepost.toml").complaint
    )
    shutil.copy(hosts.one / "gatepost.key", hosts.two)
    assert run("users", "list", "--config", hosts.two / "gatepost.toml").status == 0


def test_the_doctor_finds_both_hosts_well(hosts: Hosts, first: Server) -> None:
    shutil.copy(hosts.one / "gatepost.key", hosts.two)
    for host in (hosts.one, hosts.two):
        assert hosts.command("doctor", host).err == ""


def configuration(ports: tuple[int, int]) -> str:
    """Put nginx in front of both hosts, as the two pages say together."""
    upstream = shown("nginx", "upstream").replace("10.0.0.11:8080", f"127.0.0.1:{ports[0]}")
    upstream = upstream.replace("10.0.0.12:8080", f"127.0.0.1:{ports[1]}")
    [server] = [block.text for block in NGINX.blocks if block.language == "nginx"]
    alone = "        proxy_pass http://127.0.0.1:8080;\n"
    assert alone in server
    return upstream + server.replace(alone, shown("nginx", "proxy_connect_timeout"))


@contextmanager
def both(hosts: Hosts, folder: Path) -> Iterator[tuple[Nginx, Server]]:
    """Run two hosts behind nginx; the second one may be stopped."""
    shutil.copy(hosts.one / "gatepost.key", hosts.two)
    with ExitStack() as running:
        servers = [running.enter_context(serving(host)) for host in (hosts.one, hosts.two)]
        ports = servers[0].port, servers[1].port
        yield running.enter_context(nginx(folder, configuration(ports), 0, r"connect\(\) failed")), servers[1]


def authorized(proxy: Nginx, token: str) -> int:
    answer = ask(proxy.visitor("127.0.0.2"), "POST", f"{KIPU}/authorize", headers={"x-auth-token": token})
    return answer.status_code


def test_both_hosts_answer_and_nobody_notices_when_one_goes(hosts: Hosts, token: str, tmp_path: Path) -> None:
    with both(hosts, tmp_path) as (proxy, second):
        assert {authorized(proxy, token) for _ in range(10)} == {200}
        second.process.terminate()
        second.process.wait(30)
        assert {authorized(proxy, token) for _ in range(20)} == {200}


def test_the_pooler_leads_to_the_database(hosts: Hosts, first: Server) -> None:
    with pooler(hosts) as port, ExitStack() as undo:
        settings = hosts.filled_in(shown("toml", "listen_url"), hosts.one).replace(
            ":6432/gatepost", f":{port}/gatepost"
        )
        passwords = hosts.one / "pgpass"
        undo.callback(passwords.write_text, passwords.read_text())
        passwords.write_text(f"{passwords.read_text()}\n127.0.0.1:{port}:gatepost:gatepost:{PASSWORD}\n")
        settings = settings.replace(f":{port}/gatepost", f":{port}/gatepost?passfile={passwords}")
        file = hosts.one / "pooled.toml"
        file.write_text(f'data = "{hosts.one}"\n{settings}')
        done = run("doctor", "--config", file)
        assert "they arrive; statements go through a pooler" in done.out
        assert done.status == 0, done.out


@contextmanager
def pooler(hosts: Hosts) -> Iterator[int]:
    """Run PgBouncer with the configuration of the checkout."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "pgbouncer is not installed: sudo apt-get install pgbouncer"
    with place_of_own() as home:
        port, ini, users = free_port(), home / "pgbouncer.ini", home / "userlist.txt"
        text = (DEPLOY / "pgbouncer.ini").read_text(encoding="utf-8")
        for theirs, ours in {
            "10.0.0.21 port=5432": f"127.0.0.1 port={hosts.cluster.port}",
            "= 0.0.0.0": "= 127.0.0.1",
            "6432": str(port),
            "/etc/pgbouncer/userlist.txt": str(users),
        }.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        ini.write_text(f"{text}unix_socket_dir =\n")
        users.write_text(f'"gatepost" "{PASSWORD}"\n')
        for file in (ini, users):
            file.chmod(0o644)
        with subprocess.Popen([program, "--quiet", str(ini)], user=ordinary_user(), cwd="/") as process:
            address = f"postgresql://gatepost:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/gatepost"
            while process.poll() is None:
                try:
                    psycopg.connect(address).close()
                except psycopg.OperationalError:
                    continue  # it tells nobody when it begins to listen
                break
            yield port
            process.terminate()


def test_the_way_back_leads_to_a_file_with_everything(hosts: Hosts, token: str) -> None:
    done = hosts.command("migrate --config /etc/gatepost/gatepost.toml --to sqlite", hosts.one)
    assert done.status == 0, done.err
    back = ("--data", hosts.one, "--database", f"sqlite:///{hosts.one / 'gatepost.db'}")
    assert [account["email"] for account in run("users", "list", "--json", *back).json] == [ADA]
    (hosts.one / "gatepost.db").unlink()


def test_the_backup_command_is_one_that_postgresql_knows(hosts: Hosts, token: str, tmp_path: Path) -> None:
    [line] = shown("sh", "pg_dump").splitlines()
    program, *arguments = shlex.split(hosts.filled_in(line, hosts.one))
    subprocess.run([program, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "gatepost.dump").stat().st_size > 10_000


def test_every_complaint_of_the_page_is_one_of_the_program() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "gatepost").rglob("*.py"))
    rows = re.findall(r"^\| `([^`…:]+)", PAGE.text.partition("## If it does not work")[2], re.MULTILINE)
    assert len(rows) == 7
    for said in rows:
        assert said in source or said == "session is read-only"  # that one is PostgreSQL's


def test_the_composition_sets_what_there_is_and_names_what_is_there() -> None:
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    known = {leaf.variable for leaf in leaves(Settings).values()}
    assert set(re.findall(r"GATEPOST_\w+", compose)) <= known
    for file in re.findall(r"- \./([\w.]+):", compose):
        assert (DEPLOY / file).is_file()
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    [words] = re.findall(r"^CMD \[(.+)\]$", image, re.MULTILINE)
    assert run(*re.findall(r'"([^"]+)"', words), "--help").status == 0


def test_nginx_understands_the_configuration_of_the_composition(tmp_path: Path) -> None:
    servers = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    servers = (
        servers.replace("one:8080", "127.0.0.1:1").replace("two:8080", "127.0.0.1:2").replace("listen 80", "listen 0")
    )
    (tmp_path / "nginx.conf").write_text(FRAME.format(servers=servers.replace("listen 0", f"listen {free_port()}")))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program
    judged = subprocess.run([program, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", "stderr"], check=False)
    assert judged.returncode == 0
