#!/usr/bin/python3
"""`wick fmt` against another reader of YAML: the same data, every comment where it belongs, and the same once more.

    fmt_test.py WICK [FILES]

The second way is Debian's python3-yaml; the order of keys is that of `wick schema`."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

from made_up import Writer

ROOT = pathlib.Path(__file__).resolve().parents[2]
WICK = sys.argv[1]
FILES = int(sys.argv[2]) if len(sys.argv) > 2 else 300


def wick(*arguments, stdin=None):
    return subprocess.run([WICK, *arguments], input=stdin, capture_output=True, timeout=600, check=False)


SCHEMA = json.loads(wick("schema").stdout)
ORDER = SCHEMA["definitions"]


def data(text):
    """What a text says: of a scalar its text, and what YAML takes it for."""
    def tree(node):
        if isinstance(node, yaml.MappingNode):
            return {key.value: tree(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [tree(item) for item in node.value]
        return (node.tag, node.value)

    return [tree(node) for node in yaml.compose_all(text.removeprefix("\ufeff"), yaml.SafeLoader)]


def texts_of(tree):
    if isinstance(tree, dict):
        return {key: texts_of(value) for key, value in tree.items()}
    return [texts_of(item) for item in tree] if isinstance(tree, list) else tree[1]


def order_faults(tree, schema, path):
    """Keys of the tables that do not stand in their order."""
    if isinstance(tree, list) and "items" in schema:
        return [fault for item in tree for fault in order_faults(item, schema["items"], path)]
    if not isinstance(tree, dict):
        return []
    schema = next((part for part in schema.get("anyOf", []) if "properties" in part), schema)
    known = list(schema.get("properties", {}))
    places = [known.index(key) for key in tree if key in known]
    faults = [f"{path}: {list(tree)}"] if places != sorted(places) else []
    for key, value in tree.items():
        inner = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        if isinstance(inner, dict):
            faults += order_faults(value, inner, f"{path}/{key}")
    return faults


def looks(text):
    """What the form promises of every file, whatever is in it."""
    assert text.endswith("\n") and not text.endswith("\n\n") or "|+" in text, "one line end at the end"
    assert "\r" not in text and "\ufeff" not in text, "line ends"
    if "|" not in text and ">" not in text:
        assert not re.search(r"[ \t]$", text, re.M), "blanks at line ends"
        assert "\n\n\n" not in text, "empty lines"
    named = any(isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)) for token in yaml.scan(text))
    for tree in texts_of(data(text)):
        if tree and not named:
            faults = order_faults(tree, ORDER[tree["kind"]], tree["kind"])
            assert not faults, faults


def entries(text):
    """The line of each key and item, the line in which its value ends, and its path."""
    found = []

    def walk(node, path):
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                entry(key.start_mark.line, value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                entry(item.start_mark.line, item, (*path, number))

    def entry(line, value, path):
        block = isinstance(value, yaml.CollectionNode) and not value.flow_style
        text = isinstance(value, yaml.ScalarNode) and value.style in ("|", ">")
        found.append((line, line if block or text else value.end_mark.line, value.end_mark.line, path))
        if block:
            walk(value, path)

    for number, node in enumerate(yaml.compose_all(text, yaml.BaseLoader)):
        walk(node, (number,))
    return found


def comments_of(text):
    """Of a made-up file: number -> its line, and whether it has one of its own."""
    found = {}
    for number, line in enumerate(text.split("\n")):
        match = re.search(r"(^| )#([0-9]+) ", line)
        if match:
            assert int(match[2]) not in found, "twice"
            found[int(match[2])] = (number, not line[:match.start(2) - 1].strip())
    return found


def check_comments(writer, text):
    lines, where, found = text.split("\n"), entries(text), comments_of(text)
    assert found.keys() == writer.about.keys(), "comments are lost"
    roots = {number: min((entry[0] for entry in where if entry[3][0] == number), default=0) for number in range(len(writer.trees))}
    firsts = first_keys(writer.text)
    for number, (kind, path) in writer.about.items():
        line, own = found[number]
        if kind == "end":
            end = max(entry[2] for entry in where if entry[3][:len(path)] == path)
            assert own and line > max(entry[0] for entry in where if entry[3][:len(path)] == path), (number, "before the end", path)
            assert not any(end < entry[0] < line for entry in where), (number, "after what follows", path)
        elif kind == "beside" and not own:
            assert any(entry[3] == path and line in entry[:2] for entry in where), (number, "beside something else", path)
        elif len(path) == 2 and path == firsts[path[0]] and line < roots[path[0]]:
            assert own, (number, "not in the head of its document", path)
        else:
            # beside an item in brackets that is in lines now there is no place: then it stands before it
            after = next(n for n in range(line + 1, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
            assert own and any(entry[0] == after and entry[3] == path for entry in where), (number, "before something else", path)


def first_keys(text):
    nodes = yaml.compose_all(text.removeprefix("\ufeff"), yaml.BaseLoader)
    return [(number, node.value[0][0].value) for number, node in enumerate(nodes)]


def in_folder(texts, check):
    """Formats them all at once, and hands each text, what became of it, and whether it was refused, to `check`."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            pathlib.Path(folder, f"{number:06}.yaml").write_bytes(text.encode())
        done = wick("fmt", folder)
        said = done.stderr.decode()
        assert done.returncode in (0, 1), said
        failed = 0
        for number, text in enumerate(texts):
            path = pathlib.Path(folder, f"{number:06}.yaml")
            refused = f"wick: '{path}' is left as it is" in said
            try:
                check(number, text, path.read_bytes().decode(), refused, "\n".join(l for l in said.split("\n") if str(path) in l))
            except Exception as fault:  # every file is looked at
                failed += 1
                if failed <= 2:
                    print(f"--- {number}: {type(fault).__name__}: {fault}\n{text}\n--- became\n{path.read_bytes().decode()}")
        again = wick("fmt", "--check", folder)
        assert again.stdout == b"", again.stdout.decode()
        assert not failed, f"{failed} of {len(texts)} files"


def samples():
    """All wick/v1 files of the repository, and those in its pages."""
    for path in sorted(ROOT.rglob("*.y*ml")):
        if "build-test" not in path.parts and re.search(r"^apiVersion: wick/v1$", path.read_text(errors="replace"), re.M):
            yield path.read_text()
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for block in re.findall(r"^```yaml\n(.*?)^```$", path.read_text(), re.M | re.S):
            if "apiVersion: wick/v1" in block:
                yield block


def comment_texts(text):
    """The comments of a text, by python3-yaml's tokens: what stands between them, and in the first line of a block text."""
    found, at = [], 0
    for token in yaml.scan(text, yaml.BaseLoader):
        found += re.findall(r"#.*", text[at:token.start_mark.index])
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            found += re.findall(r"#.*", text[token.start_mark.index:token.end_mark.index].split("\n")[0])
        at = max(at, token.end_mark.index)
    return sorted(comment.rstrip() for comment in found)


def sprinkled(text):
    """The text with one more comment: before each line, and behind each line, where that is one and changes no data."""
    lines, truth = text.split("\n"), data(text)
    for number, line in enumerate(lines):
        indent = re.match(r"[ -]*", line)[0]
        for changed in ([*lines[:number], " " * len(indent) + "# new", *lines[number:]], [*lines[:number], line + " # new", *lines[number + 1:]]):
            changed = "\n".join(changed)
            try:
                if data(changed) == truth:
                    yield changed
            except yaml.YAMLError:
                pass


def samples_keep_what_they_say():
    def check(_number, text, formatted, refused, said):
        try:
            truth = data(text)
        except yaml.YAMLError:
            assert refused and formatted == text, said
            return
        if refused:
            assert formatted == text and re.search(r":[0-9]+:[0-9]+: error: ", said), said
            assert "inside of brackets" in said or "behind an anchor" in said or "twice" in said, said
            return
        assert data(formatted) == truth, "other data"
        assert comment_texts(formatted) == comment_texts(text), "other comments"
        looks(formatted)

    texts = list(samples())
    assert len(texts) > 30, len(texts)
    in_folder(texts, check)
    many = [changed for text in texts for changed in sprinkled(text)]
    assert len(many) > 1000, len(many)
    many = random.Random(1).sample(many, FILES)
    in_folder(many, check)
    print(f"{len(texts)} samples, {len(many)} with one more comment")


def made_up_files_keep_what_they_say():
    writers = [Writer(seed) for seed in range(FILES)]

    def check(number, text, formatted, refused, said):
        writer = writers[number]
        assert not refused, said
        assert texts_of(data(text)) == writer.trees, "the test's own fault"
        assert data(formatted) == data(text), "other data"
        check_comments(writer, formatted)
        looks(formatted)

    in_folder([writer.text for writer in writers], check)
    print(f"{len(writers)} made-up files")


HEAD = "apiVersion: wick/v1\nservice: a\nkind: ServiceLevels\n"
REFUSED = {
    "a comment in brackets": (HEAD + "labels: {a: b, # why\n  c: d}\n", "4:16"),
    "a comment at the end of brackets": (HEAD + "slos: [\n  {name: a}\n  # end\n]\n", "6:3"),
    "an explicit key": (HEAD + "? labels\n: {a: b}\n", "4:1"),
    "a comment behind an anchor": (HEAD + "labels: &a # why\n  {a: b}\n", "4:12"),
    "the anchor of a document": ("--- &a\n" + HEAD, "1:5"),
    "directives": ("%YAML 1.1\n---\n" + HEAD, "1:1"),
    "the end of a document": (HEAD + "...\n", "4:1"),
    "a tab": (HEAD + "slos:\n\t- name: a\n", "5:1"),
    "no YAML": (HEAD + "slos: [\n", "5:1"),
    "a key twice": (HEAD + "service: b\n", "4:1"),
    "a tag that is not known": (HEAD + "labels: !own {a: b}\n", "4:9"),
    "a line end of old": (HEAD + "labels: {a: b}\rpolicy: a\n", "4:15"),
}
FOREIGN = {
    "another language": "apiVersion:   openslo/v1\nkind: SLO\n",
    "one document of another language": HEAD + "---\nkind:   b\napiVersion: openslo/v1\n",
    "a list": "-   a\n",
    "only comments": "#  a\n\n\n",
}
ANCHORS = HEAD + """labels: &l   {team: a}
slos:
- &first
  name: "a" # beside
  # before
  labels: *l
- <<: *first
  name:   b
"""
ANCHORS_FORMATTED = """apiVersion: wick/v1
service: a
kind: ServiceLevels
labels: &l {team: a}
slos:
  - &first
    name: a # beside
    # before
    labels: *l

  - <<: *first
    name: b
"""


def what_cannot_be_formatted_stays():
    for texts, code, told in ((REFUSED, 1, True), (FOREIGN, 0, False)):
        for what, row in texts.items():
            text, place = row if told else (row, None)
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "a.yaml")
                path.write_bytes(text.encode())
                before = path.stat()
                done = wick("fmt", str(path))
                assert done.returncode == code and path.read_bytes() == text.encode(), (what, done)
                assert path.stat().st_ino == before.st_ino and b"is left as it is" in done.stderr, (what, done.stderr)
                assert not told or f"{path}:{place}: error: ".encode() in done.stderr, (what, done.stderr)
                done = wick("fmt", "-", stdin=text.encode())
                assert done.returncode == code and done.stdout == (b"" if told else text.encode()), (what, done)


def anchors_keep_the_order_of_keys():
    done = wick("fmt", "-", stdin=ANCHORS.encode())
    assert done.stdout.decode() == ANCHORS_FORMATTED, done


def patched(text, diff):
    """The text with a unified diff on it; what the diff takes away must be there."""
    lines, out, at = text.splitlines(True), [], 0
    for hunk in re.split(r"^@@ ", diff, flags=re.M)[1:]:
        head, *body = hunk.splitlines(True)
        begin, count = re.match(r"-(\d+)(?:,(\d+))? ", head).groups()
        start = int(begin) - (count != "0")
        out += lines[at:start]
        at = start
        for number, row in enumerate(body):
            bare = number + 1 < len(body) and body[number + 1].startswith("\\")
            line = row[1:].rstrip("\n") if bare else row[1:]
            if row[0] in " -":
                assert lines[at] == line, (lines[at], line)
                at += 1
            if row[0] in " +":
                out.append(line)
    return "".join(out + lines[at:])


def files_are_replaced_whole():
    with tempfile.TemporaryDirectory() as folder:
        path, link = pathlib.Path(folder, "a.yaml"), pathlib.Path(folder, "deeper", "b.yml")
        link.parent.mkdir()
        path.write_text(HEAD + "labels: {b:   c}")
        path.chmod(0o640)
        link.symlink_to(path)
        want = "apiVersion: wick/v1\nkind: ServiceLevels\nservice: a\nlabels: {b: c}\n"
        done = wick("fmt", "--check", str(path))
        assert (done.returncode, done.stdout.decode()) == (1, f"{path}\n") and path.read_text() != want, done
        assert wick("fmt", "--diff", str(path)).returncode == 0 and path.read_text() != want
        assert wick("fmt", str(link)).returncode == 0 and path.read_text() == want
        assert link.is_symlink() and path.stat().st_mode & 0o7777 == 0o640 and sorted(os.listdir(folder)) == ["a.yaml", "deeper"]
        before = path.stat()
        assert wick("fmt", "--check", folder).returncode == 0 and wick("fmt", folder).returncode == 0
        assert path.stat().st_ino == before.st_ino, "a file that is in the form already is not written"
    assert wick("fmt", "/nowhere/at-all").returncode == 2 and wick("fmt").returncode == 2


def diffs_lead_to_what_is_written():
    for seed in range(60):
        text = Writer(seed).text
        if "\r" in text:
            continue
        want = wick("fmt", "-", stdin=text.encode()).stdout.decode()
        diff = wick("fmt", "--diff", "-", stdin=text.encode()).stdout.decode()
        assert patched(text, diff) == want, seed
        assert wick("fmt", "--diff", "-", stdin=want.encode()).stdout == b""


if __name__ == "__main__":
    for test in (what_cannot_be_formatted_stays, anchors_keep_the_order_of_keys, files_are_replaced_whole, diffs_lead_to_what_is_written,
                 samples_keep_what_they_say, made_up_files_keep_what_they_say):
        test()
        print(f"ok {test.__name__}", flush=True)
