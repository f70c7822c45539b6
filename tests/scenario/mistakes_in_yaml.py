"""Files that are no YAML, or hold more of it than is read.

Each is: content, line, column, key, and what the message says.
"""

from __future__ import annotations

from tests.scenario.fakes import FIRM

IN_YAML: dict[str, tuple[str | bytes, int, int, str, str]] = {
    # what is no YAML, or more of it than is read here
    "tab": ("title: x\n\tfirms: 3\n", 2, 1, "", "a tab cannot indent"),
    "colon in text": ("title: a: b\n", 1, 9, "", "a colon is not allowed here"),
    "open bracket": ("title: x\nfirms: [{name: A}\n", 3, 1, "", "a bracket is not closed"),
    "open quote": ('title: "x\n', 2, 1, "", "a quote"),
    "outdented": (
        "title: x\nfirms:\n    - name: A\n  - name: B\n",
        4,
        3,
        "",
        "must be indented like",
    ),
    "no such character": ('title: "ab\\UFFFFFFFF"\n', 1, 13, "", "stands for no character"),
    "surrogate": ('title: "\\uD800"\n', 1, 8, "", "found U+D800"),
    "escaped control character": ('title: "a\\0"\n', 1, 8, "", "found U+0000"),
    "anchor": ("title: &a x\n", 1, 8, "", "anchors (&) and aliases"),
    "alias": ("title: *a\n", 1, 8, "", "anchors (&) and aliases"),
    "tag": ("title: !!python/object/apply:os.getcwd []\n", 1, 8, "", "tags are not read here"),
    "own tag": ("title: !x y\n", 1, 8, "", "tags are not read here, got !x"),
    "old YAML": ("%YAML 1.1\n---\ntitle: yes\n", 2, 1, "", "must be plain YAML 1.2"),
    "merge key": (FIRM + "<<: {weeks: 3}\n", 5, 1, "<<", "use extends"),
    "key that is a list": ("[a]: 3\n", 1, 1, "", "a key must be a word"),
    "two documents": ("title: x\n---\ntitle: y\n", 2, 1, "", "must be one document"),
    "empty": ("", 1, 1, "", "the file is empty"),
    "only a comment": ("# nothing\n", 1, 1, "", "the file is empty"),
    "a list": ("- a\n", 1, 1, "", "must be a mapping with keys such as title"),
    "a word": ("hello\n", 1, 1, "", "must be a mapping with keys such as title"),
    "not UTF-8": (b"title: x\nstory: caf\xe9\n", 2, 11, "", "must be UTF-8 text, found byte 0xe9"),
    "UTF-16": ("title: x\n".encode("utf-16"), 1, 1, "", "must be UTF-8"),
    "NUL": (b"title: x\nstory: a\0b\n", 2, 9, "", "found U+0000"),
    "binary": (bytes(range(1, 9)), 1, 1, "", "found U+0001"),
    "too deep": ("a: " + "[" * 40 + "]" * 40, 1, 36, "", "nested at most 32 levels"),
    "too many": ("watch: [" + "a," * 9000 + "]", 1, 16003, "", "at most 8,000 keys and values"),
    "too big": (b"#" * 200_000, 1, 1, "", "must be at most 131,072 bytes long, got 200,000"),
    "extends nobody": ("extends: nobody\n", 1, 10, "extends", "nobody not found"),
    "extends a number": ("extends: 5\n", 1, 10, "extends", "must be the name or path"),
    "extends itself": (
        "extends: x\n",
        1,
        10,
        "extends",
        "must not come back to itself: x.yaml -> x.yaml",
    ),
    "extends from outside": (
        "extends: ../../../../etc/passwd\n",
        1,
        10,
        "extends",
        "must stay inside its own folder",
    ),
    "extends an absolute path": ("extends: /etc/passwd\n", 1, 10, "extends", "must stay inside"),
    "series from outside": (
        FIRM + "environment: {reach: {series: ../../../etc/passwd, column: a}}\n",
        5,
        31,
        "environment.reach.series",
        "must stay inside its own folder",
    ),
}
