"""Recount the public log of a petition:  python recount.py https://HOST/log/NAME/   (or the folder of a copy).

Needs Python 3.8, and nothing of Undersigned. The rules: docs/verify.md. Who signed the log: `undersigned verify`.
"""

import base64, collections, json, pathlib, sys, urllib.error, urllib.request  # noqa: E401, I001
from hashlib import sha256

where = sys.argv[1] if "://" in sys.argv[1] else pathlib.Path(sys.argv[1]).resolve().as_uri()


def read(path):
    try:
        return urllib.request.urlopen(f"{where.rstrip('/')}/{path}", timeout=30).read(20_000_000)
    except urllib.error.URLError:
        if ".p/" not in path:
            raise
        return read(path.partition(".p/")[0])  # a part may go once the whole file is there


def lines(size):  # 256 to a file; before each line its length in two bytes
    for start in range(0, size, 256):
        number, width = start // 256, min(256, size - start)
        path = f"{number % 1000:03}"
        while number > 999:
            number //= 1000
            path = f"x{number % 1000:03}/{path}"
        data, at = read(f"tile/entries/{path}" + (f".p/{width}" if width < 256 else "")), 0
        for _ in range(width):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            yield data[at + 2 : end]
            at = end


def allowed(kind, index, before):  # before: what the line named was until now
    if kind in ("w", "x", "r"):
        return before == ("x" if kind == "r" else "s")
    return kind == "g" if index == 0 else kind in ("d", "s", "t", "v", "c", "a", "n")


origin, size, root = read("checkpoint").decode().split("\n")[:3]
tree, state, countries = [], {}, collections.Counter()  # state of a signature: s stands, w withdrawn, x struck out
for index, line in enumerate(lines(int(size))):
    tree.append(sha256(b"\0" + line).digest())  # Merkle tree: two equal subtrees become one (RFC 6962)
    for _ in range((~index & (index + 1)).bit_length() - 1):
        tree[-2:] = [sha256(b"\1" + tree[-2] + tree[-1]).digest()]
    kind, *fields = line.decode("ascii").split(" ")
    target = int(fields[0]) if kind in ("w", "x", "r") else index
    if not allowed(kind, index, state.get(target)):
        sys.exit(f"Line {index} breaks the rules: {line!r}")
    if kind in ("s", "w", "x", "r"):
        state[target] = "s" if kind == "r" else kind
    if kind == "t":  # so many more of them come from there
        countries[fields[0]] += int(fields[2])
while len(tree) > 1:
    tree[-2:] = [sha256(b"\1" + tree[-2] + tree[-1]).digest()]
facts = {"log": origin, "standing": list(state.values()).count("s"), "collected": len(state), "size": int(size)}
if base64.b64encode(tree[0]).decode() != root or sum(countries.values()) > facts["standing"]:
    sys.exit("The lines do not give the root of the checkpoint, or more are shown by country than stand.")
print(json.dumps({**facts, "root": root, "countries": +countries}, indent=1))
