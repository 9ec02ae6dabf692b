"""What an answer costs at least: an empty one from Flask, through the server that serves ours, set alike. `empty_flask.py PORT`."""
import sys

from flask import Flask, Response
from waitress import serve

app = Flask(__name__)


@app.get("/")
def nothing() -> Response:
    return Response(b"")


serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None, clear_untrusted_proxy_headers=False, channel_timeout=30,
      connection_limit=1000, backlog=256)
