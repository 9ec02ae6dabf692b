"""`summitry serve` writes no token and no password anywhere, whatever is asked of it and however it fails."""
from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from raw_http import answer_to
from running_service import SAMPLES, Service

OWN = "operators-own-secret-7c1d"
WRONG = "guessed-secret-b2f9"
ASKED = ["/api/v1/events", "/api/v1/events/{0}", "/api/v1/events?access_token={0}", "/api/v1/events?token={0}&limit=0", "/calendar.ics?q={0}",
         "/api/v1/actors?cursor={0}", "/nowhere/{0}", "/metrics", "/healthz", "/openapi.json", "/docs", "/api/v1/sources"]


def headers_with(token: str) -> list[dict[str, str]]:
    password = b64encode(f"ana:{token}".encode()).decode()
    return [{"Authorization": f"Bearer {token}"}, {"Authorization": f"Basic {password}"}, {"Authorization": token}, {"Cookie": f"token={token}"},
            {"X-Api-Key": token}, {"Referer": f"http://localhost/?access_token={token}"}, {"User-Agent": token}, {"Origin": f"http://{token}"}]


def asked(address: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    try:
        with urlopen(Request(address, data=body, headers=headers), timeout=10) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()


def test_no_token_is_written_down(tmp_path: Path) -> None:
    database, sources = tmp_path / "store.db", tmp_path / "sources.toml"
    settings = {"database": f"sqlite:///{database}", "sources": str(sources), "token": OWN, "open_reading": "false", "rate_failures": "0",
                "log_format": "json"}
    sources.write_text('[[source]]\nid = "diary"\nname = "The Diary"\nkind = "folder"\nurl = "articles"\nlanguage = "en"\n')
    (tmp_path / "articles").mkdir()
    made = subprocess.run([sys.executable, "-c", "from app.cli import main; main()", "tokens", "create", "ci", "--scope", "read", "--scope", "trigger"],
                          capture_output=True, text=True, check=True, cwd=SAMPLES.parent, env={"PATH": "", "SUMMITRY_DATABASE": settings["database"]})
    stored = made.stdout.strip()
    with Service(tmp_path, "serve", "--port", "0", **settings) as service:
        answers = []
        for token in (OWN, stored, WRONG):
            for headers in headers_with(token):
                for path in ASKED:
                    asked(service.address + path.format(token), headers)
                for path in ("/api/v1/scrapes", "/api/v1/corrections"):
                    asked(service.address + path, {**headers, "Content-Type": "application/json"}, json.dumps({"sources": [token]}).encode())
            for raw in (f"GET /{token} HTTP/1.1\r\n\r\n", f"GET / HTTP/1.1\r\nHost: {token}\r\nHost: {token}\r\n\r\n", f"{token} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                        f"GET http://[{token}/ HTTP/1.1\r\nHost: a\r\n\r\n", f"GET / HTTP/1.1\r\nAuthorization : {token}\r\n\r\n"):
                answer_to(service.address, raw.encode())
        answers.append(asked(service.address + "/metrics", {"Authorization": f"Bearer {OWN}"}))
        database.unlink()  # now every request fails, and is logged
        for token in (OWN, stored):
            for headers in headers_with(token):
                answers.append(asked(f"{service.address}/api/v1/events", headers))
        assert service.stop() == 0
    assert "the store failed" in service.log
    assert "was refused" in service.log
    assert b"summitry_http_requests_total" in answers[0]
    for secret in (OWN, stored, stored.rsplit("_", 1)[1], WRONG):
        written = b64encode(f"ana:{secret}".encode()).decode()
        assert secret not in service.log
        assert written[:-4] not in service.log
        assert not any(secret.encode() in answer for answer in answers)
