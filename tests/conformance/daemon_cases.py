"""Cases that need a running daemon: what happens to the numbers when a definition is edited."""


class DaemonCase:
    def __init__(self, name, what, data):
        self.name = name
        self.what = what
        self.data = data


def all_cases():
    return []
