"""A real Alertmanager, and a receiver that writes down what it sends to people."""

import http.server
import json
import threading
import time

import servers


class Receiver:
    """Takes all that is posted: [(time, path, body)]."""

    def __init__(self, port=0):
        posts = self.posts = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                posts.append((time.time(), self.path, body))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Alertmanager(servers.Process):
    """Debian's Alertmanager with the configuration in that file."""

    def __init__(self, folder, config, port=None):
        self.port = port or servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__("alertmanager", ["prometheus-alertmanager", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{self.port}",
                                          f"--storage.path={folder}/alertmanager", "--cluster.listen-address=", "--log.level=warn"], folder)

    def wait(self):
        servers.wait_until("alertmanager is ready", lambda: servers.http(self.url + "/-/ready")[0] == 200, process=self)
        return self

    def alerts(self):
        """The labels of all alerts that it holds and that fire; empty while there is no answer."""
        status, text = servers.http(self.url + "/api/v2/alerts")
        return [alert["labels"] for alert in json.loads(text)] if status == 200 else []
