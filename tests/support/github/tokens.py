"""Who asks: tokens with their rights and their quota, and the JSON Web Tokens of Apps."""

import base64
import hashlib
import json
import math
import subprocess
import tempfile

READS = ("actions", "contents", "deployments", "issues", "metadata", "pull_requests")
ALL = {name: "read" for name in READS}


class Token:
    """`kind`: classic, fine, installation, anonymous. `permissions`: of fine-grained ones and installations.
    `repositories`: full names; None for all that the owner may see. `uses`: it is not known any more after so many requests.
    `scopes`: of a classic one; without "repo" it sees no private repository. `ends`: the text in which GitHub tells its end."""

    def __init__(self, name, kind="fine", permissions=None, repositories=None, limit=5000, expires=None, uses=None, app=None, owner=None, scopes=("repo",), ends=None):
        self.name, self.kind, self.limit = name, kind, limit
        self.permissions = dict(ALL if permissions is None else permissions)
        self.repositories, self.expires, self.uses, self.app, self.owner = repositories, expires, uses, app, owner
        self.scopes, self.ends = tuple(scopes), ends
        self.used, self.reset, self.asked, self.revoked, self.minute = 0, None, 0, False, []

    def alive(self, now):
        return not self.revoked and (self.expires is None or now < self.expires) and (self.uses is None or self.asked < self.uses)

    def sees(self, repository, at):
        if repository.deleted is not None and repository.deleted <= at:
            return False
        if self.kind == "anonymous" or self.kind == "classic" and "repo" not in self.scopes:
            return not repository.private
        if self.owner is not None and repository.owner is not self.owner and repository.private:
            return False
        return self.repositories is None or not repository.private or any(
            name.lower() in map(str.lower, self.repositories) for name in repository.names.values)

    def may(self, permission):
        """`permission`: one, or several of which any will do."""
        wanted = (permission,) if isinstance(permission, str) else permission
        return self.kind in ("classic", "anonymous") or "metadata" in wanted or any(one in self.permissions for one in wanted)

    # --- the quota of an hour

    def window(self, now, seconds):
        if self.reset is None or now >= self.reset:
            self.used, self.reset = 0, math.ceil(now) + seconds

    def exhaust(self, now, seconds):
        """Somebody else has used up the rest; it is full again in so many seconds."""
        self.used, self.reset = self.limit, math.ceil(now) + seconds

    @property
    def remaining(self):
        return max(0, self.limit - self.used)

    def rate(self):
        return {"limit": self.limit, "used": min(self.used, self.limit), "remaining": self.remaining, "reset": self.reset}


def unpad(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def app_of(token, apps, now):
    """The App that signed a JWT; a text that says what is wrong with it otherwise, as GitHub words it."""
    broken = "A JSON web token could not be decoded"
    try:
        head, claims, signature = token.split(".")
        algorithm = json.loads(unpad(head)).get("alg")
        wanted = json.loads(unpad(claims))
        signature = unpad(signature)
    except ValueError:
        return broken
    app = next((one for one in apps.values() if str(wanted.get("iss")) in (str(one["id"]), one.get("client_id"))), None)
    if app is None:
        return "'Issuer' claim ('iss') must be an Integer"
    if algorithm != "RS256" or not _signed(f"{head}.{claims}".encode(), signature, app["key"]):
        return broken
    if not isinstance(wanted.get("iat"), int) or wanted["iat"] > now:
        return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    if not isinstance(wanted.get("exp"), int) or wanted["exp"] <= now:
        return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    if wanted["exp"] > now + 600:
        return "'Expiration time' claim ('exp') is too far in the future"
    return app


def _signed(text, signature, key):
    with tempfile.NamedTemporaryFile() as file:
        file.write(signature)
        file.flush()
        done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", file.name], input=text, capture_output=True, check=False)
    return done.returncode == 0


def installation_secret(app_id, number):
    """A token as GitHub makes them since 2026: long, with dots, and not of any fixed length."""
    parts = [hashlib.sha512(f"{app_id} {number} {part}".encode()).digest() for part in range(3 + number % 3)]
    return f"ghs_{app_id}_" + ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
