"""Recount the public log of a petition:  python recount.py https://HOST/log/NAME/   (or the folder of a copy)."""
# Needs Python 3.8, and nothing of Undersigned. The rules: docs/verify.md. Who signed the log: `undersigned verify`.

import base64, collections, functools, json, pathlib, sys, urllib.error, urllib.request  # noqa: E401, I001
from hashlib import sha256

where = sys.argv[1] if "://" in sys.argv[1] else pathlib.Path(sys.argv[1]).resolve().as_uri()
BEFORE = {"w": "s", "x": "s", "r": "x"}  # what a signature is until a line of such a kind names it
HOLDS = {"exact": [0], "at_least": [0, 1], "more_than": [1], "at_most": [0, -1], "fewer_than": [-1]}  # sign of the rest


def read(path, whole=""):
    try:
        return urllib.request.urlopen(f"{where.rstrip('/')}/{path}", timeout=30).read(20_000_000)
    except urllib.error.URLError as error:  # a part may go once the whole file is there
        return read(whole or sys.exit(f"{path} cannot be read: {error}"))


@functools.lru_cache
def first(size):  # what the first so many lines give
    tree, number, countries = [], collections.Counter(taken[:size]), collections.Counter()
    for at, leaf in enumerate(leaves[:size], 1):  # Merkle tree: two equal subtrees become one, and all of them at last
        tree.append(leaf)
        for _ in range((at & -at).bit_length() - 1 if at < size else len(tree) - 1):  # (RFC 6962)
            tree[-2:] = [sha256(b"\1" + tree[-2] + tree[-1]).digest()]
    for (place, _, more), times in ((key, times) for key, times in number.items() if len(key) == 3):
        countries[place] += int(more) * times  # so many more of them come from there
    standing = number["s"] - number["w"] - number["x"] + number["r"]
    root = base64.b64encode(tree[0]).decode()
    return {"standing": standing, "collected": number["s"], "size": size, "root": root, "countries": +countries}


def true(index, measure, qualifier, value, size, root, **rest):  # of a figure stated in public: it says no more than is
    found = first(min(size, index))
    named = sum(len(place) == 2 and place != "ZZ" for place in found["countries"])  # the others are told in groups
    number = named if measure == "places-of-signatures" else found[measure.replace("signatures-", "")]
    fits = ((number > int(value)) - (number < int(value))) in HOLDS[qualifier]
    return size <= index and root == found["root"] and fits and (measure[0] == "s" or 1 in HOLDS[qualifier])


origin, size, root = read("checkpoint").decode().split("\n")[:3]
taken, leaves, state, size = [], [], {}, int(size)  # state of a signature: s stands, w withdrawn, x struck out
for start in range(0, size, 256):  # 256 lines to a file; before each line its length in two bytes
    *above, last = (group.zfill(3) for group in f"{start // 256:,}".split(","))
    path = "tile/entries/" + "".join(f"x{group}/" for group in above) + last
    data, at = read(path) if size - start > 255 else read(f"{path}.p/{size - start}", path), 0
    for index in range(start, min(start + 256, size)):
        line = data[at + 2 : (at := at + 2 + int.from_bytes(data[at : at + 2], "big"))]
        kind, *fields = line.decode("ascii").split(" ")
        target = int(fields[0]) if kind in BEFORE else index
        right = kind in (["g"] if index == 0 else [*"dswxrtvcan"]) and state.get(target) == BEFORE.get(kind)
        if not right or (kind == "c" and not true(index, **json.loads(line[2:]))):
            sys.exit(f"Line {index} {'states a false figure' if right else 'breaks the rules'}: {line!r}")
        state[target] = "s" if kind == "r" else kind
        taken.append((*fields,) if kind == "t" else kind)
        leaves.append(sha256(b"\0" + line).digest())
found = first(size)
if found["root"] != root or sum(found["countries"].values()) > found["standing"]:
    sys.exit("The lines do not give the root of the checkpoint, or more are shown by country than stand.")
print(json.dumps({"log": origin, **found}, indent=1))
