"""JSON Web Tokens of an App, made with the `openssl` command."""

import base64
import json
import os
import subprocess


def keys(folder):
    """The path of a new private key; its public one is beside it, as .pub."""
    path = os.path.join(folder, "app.pem")
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-out", path + ".pub"], check=True, capture_output=True)
    return path


def pad_free(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def make(app_id, key, now, **claims):
    head = {"alg": "RS256", "typ": "JWT"}
    body = {"iat": int(now) - 60, "exp": int(now) + 540, "iss": app_id, **claims}
    text = ".".join(pad_free(json.dumps(part).encode()) for part in (head, body))
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), capture_output=True, check=True)
    return f"{text}.{pad_free(signed.stdout)}"
