"""What an answer costs at least: an empty one from Flask, through the server that serves ours. `empty_flask.py PORT`."""
import sys
from pathlib import Path

from flask import Flask, Response

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.http_server import open_http_server

app = Flask(__name__)


@app.get("/")
def nothing() -> Response:
    return Response(b"")


open_http_server(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8).run()
