"""Commits of a repository that a test makes up: real git objects, with `git fast-import`.

A commit's sha is worked out at once, so that later commits can name it ("This reverts commit ..."); git is asked only in the
end, and has to come to the same shas. The graph that the server answers from is kept here; truth.py asks git instead."""

import hashlib
import heapq
import os
import subprocess


def object_sha(kind, body):
    return hashlib.sha1(b"%s %d\0" % (kind, len(body)) + body).hexdigest()


class Tree:
    """A folder that never changes; `with_file` makes another one."""
    __slots__ = ("entries", "sha")

    def __init__(self, entries):
        self.entries = entries  # name -> (is a folder, sha, Tree or None)
        order = sorted(entries.items(), key=lambda one: one[0] + "/" if one[1][0] else one[0])
        self.sha = object_sha(b"tree", b"".join(
            (b"40000 " if folder else b"100644 ") + name.encode() + b"\0" + bytes.fromhex(sha) for name, (folder, sha, _) in order))

    def with_file(self, path, blob):
        """`blob` None takes the file away."""
        name, _, rest = path.partition("/")
        entries = dict(self.entries)
        if rest:
            inner = (self.entries[name][2] if name in self.entries else EMPTY).with_file(rest, blob)
            entries[name] = (True, inner.sha, inner)
            if not inner.entries:
                del entries[name]
        elif blob is None:
            entries.pop(name, None)
        else:
            entries[name] = (False, blob, None)
        return Tree(entries)

    def find(self, path):
        name, _, rest = path.partition("/")
        entry = self.entries.get(name)
        return None if not entry else entry[2].find(rest) if rest and entry[2] else None if rest else entry[1]


EMPTY = Tree({})


class Commit:
    """`changes` is what it does to its first parent: {path: (status, blob or None, path before a rename or None)}."""
    __slots__ = ("index", "sha", "parents", "author", "committer", "authored", "committed", "pushed", "message", "changes", "tree", "gone")

    def __repr__(self):
        return f"<{self.sha[:7]} {self.message.splitlines()[0]!r}>"


class History:
    """The commits of one repository, parents before children."""

    def __init__(self):
        self.commits, self.by_sha, self.blobs, self._reach = [], {}, {}, (None, ())

    def commit(self, parents, message, author, authored, files=(), committer=None, committed=None, pushed=None, changes=None):
        """`files`: paths that it touches; "old -> new" renames, "-path" removes. `author`: (name, e-mail)."""
        one = Commit()
        one.index, one.parents = len(self.commits), tuple(parents)
        one.author, one.committer = author, committer or author
        one.authored, one.committed = authored, authored if committed is None else committed
        one.pushed, one.gone = one.committed if pushed is None else pushed, None
        one.message = message
        base = one.parents[0].tree if one.parents else EMPTY
        one.changes = changes if changes is not None else self._changes(base, files, one.index)
        for path, (_, blob, old) in one.changes.items():
            if old:
                base = base.with_file(old, None)
            base = base.with_file(path, blob)
        one.tree = base
        one.sha = object_sha(b"commit", self._object(one).encode())
        self.commits.append(one)
        self.by_sha[one.sha] = one
        return one

    def _changes(self, base, files, index):
        out = {}
        for path in files:
            if " -> " in path:
                old, _, path = path.partition(" -> ")
                out[path] = ("renamed", base.find(old), old)
            elif path.startswith("-"):
                out[path[1:]] = ("removed", None, None)
            else:
                text = f"{path} as of change {index}\n".encode()
                blob = object_sha(b"blob", text)
                self.blobs[blob] = text
                out[path] = ("modified" if base.find(path) else "added", blob, None)
        return out

    @staticmethod
    def _object(one):
        return "".join([f"tree {one.tree.sha}\n", *(f"parent {parent.sha}\n" for parent in one.parents),
                        f"author {one.author[0]} <{one.author[1]}> {one.authored} +0000\n",
                        f"committer {one.committer[0]} <{one.committer[1]}> {one.committed} +0000\n", f"\n{one.message}"])

    # --- the graph

    def sides(self, base, head):
        """(commits of head that base has not, those of base that head has not, the newest that both have), the oldest first.

        Parents come before children, so that by falling index a commit is looked at after all that lead to it."""
        flags, only, common = {}, {1: [], 2: []}, None
        for commit, flag in ((head, 1), (base, 2)):
            flags[commit.index] = flags.get(commit.index, 0) | flag
        heap = [-index for index in flags]
        heapq.heapify(heap)
        open_ends = sum(flag != 3 for flag in flags.values())
        while heap and (open_ends or common is None):
            index = -heapq.heappop(heap)
            flag = flags[index]
            if flag == 3:
                common = common or self.commits[index]
            else:
                only[flag].append(self.commits[index])
                open_ends -= 1
            for parent in self.commits[index].parents:
                before = flags.get(parent.index, 0)
                if not before:
                    heapq.heappush(heap, -parent.index)
                flags[parent.index] = before | flag
                open_ends += (flags[parent.index] != 3) - (before in (1, 2))
        return only[1][::-1], only[2][::-1], common

    def ancestors(self, head):
        """Newest first, head included."""
        seen, heap = {head.index}, [-head.index]
        while heap:
            commit = self.commits[-heapq.heappop(heap)]
            yield commit
            for parent in commit.parents:
                if parent.index not in seen:
                    seen.add(parent.index)
                    heapq.heappush(heap, -parent.index)

    def reach(self, head):
        """The indices of a commit and its ancestors; kept for the last one that was asked for."""
        if self._reach[0] is not head:
            self._reach = (head, {one.index for one in self.ancestors(head)})
        return self._reach[1]

    # --- git

    def write(self, folder, branches):
        """Makes the repository; `branches`: {name: commit}, their last heads. A sha that git sees otherwise is an error."""
        subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", folder], check=True)
        subprocess.run(["git", "-C", folder, "config", "gc.auto", "0"], check=True)
        marks = os.path.join(folder, "marks")
        with subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet", "--force", f"--export-marks={marks}"], stdin=subprocess.PIPE) as git:
            for commit in self.commits:
                git.stdin.write(self._import(commit))
            for name, commit in branches.items():
                git.stdin.write(f"reset refs/heads/{name}\nfrom :{commit.index + 1}\n\n".encode())
            git.stdin.write(b"done\n")
        if git.returncode:
            raise RuntimeError(f"git fast-import ends with {git.returncode}")
        with open(marks) as lines:
            for line in lines:
                mark, sha = line.split()
                if self.commits[int(mark[1:]) - 1].sha != sha:
                    raise RuntimeError(f"git has {sha} for {self.commits[int(mark[1:]) - 1]}")

    def _import(self, one):
        """All are on one ref that goes to and fro: the pack holds them, whatever becomes of a branch."""
        message = one.message.encode()
        out = [b"commit refs/keep/last\nmark :%d\n" % (one.index + 1)]
        if not one.parents:
            out.insert(0, b"reset refs/keep/last\n")
        for role, who, when in (("author", one.author, one.authored), ("committer", one.committer, one.committed)):
            out.append(f"{role} {who[0]} <{who[1]}> {when} +0000\n".encode())
        out.append(b"data %d\n%s\n" % (len(message), message))
        for word, parent in zip(["from"] + ["merge"] * len(one.parents), one.parents):
            out.append(b"%s :%d\n" % (word.encode(), parent.index + 1))
        for path, (_, blob, old) in one.changes.items():
            if old:
                out.append(f"R {old} {path}\n".encode())
            elif blob is None:
                out.append(f"D {path}\n".encode())
            else:
                text = self.blobs[blob]
                out.append(f"M 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n")
        return b"".join(out) + b"\n"
