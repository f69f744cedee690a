"""Pictures that strangers' cameras made: refused where they are a danger, bare of metadata, light, and cut well."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from undersigned.core.photo import rendition
from undersigned.core.sheet import Fault
from undersigned.office.pictures.crops import PLANS, box, crops
from undersigned.office.pictures.described import described
from undersigned.office.pictures.opened import LEAST, MOST_PIXELS, Refused, opened, upright

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:p="http://ns.adobe.com/photoshop/1.0/"
 xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:r="http://ns.adobe.com/xap/1.0/rights/"
 p:City="Kisumu" p:Country="Kenya" p:DateCreated="2026-10-04T08:00:00" p:Credit="River Agency">
<dc:creator><rdf:Seq><rdf:li>Amal Otieno</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="fr">La rive</rdf:li><rdf:li xml:lang="x-default">The fenced
 bank</rdf:li></rdf:Alt></dc:description>
<c:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A fence by a river</rdf:li></rdf:Alt>
</c:AltTextAccessibility>
<r:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">CC BY 4.0</rdf:li></rdf:Alt></r:UsageTerms>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def drawn(width: int = 1500, height: int = 1000) -> Image.Image:
    """Draw something with edges and soft parts."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((width // 3, height // 3, width // 2, height // 2), fill=(200, 60, 40))
    return image


def saved(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    """Give the bytes of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def photographed() -> bytes:
    """Give a picture as a telephone makes it: lying, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter
    exif[0x013B] = "Ben"
    exif.get_ifd(0x8825).update({1: "S", 2: (0.0, 5.0, 30.0), 3: "E", 4: (34.0, 45.0, 0.0)})
    return saved(drawn(1600, 1300), exif=exif.tobytes(), xmp=XMP.encode(), quality=90)


def _code(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        upright(data)
    return refused.value.code


def _png(width: int, height: int) -> bytes:
    """Give the head of a PNG that says it is that large; it holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_that_is_larger_than_it_looks_is_not_decoded() -> None:
    assert _code(_png(60_000, 60_000)) == "pixels"
    assert _code(_png(10_000, MOST_PIXELS // 10_000 + 1)) == "pixels"


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PDF", "ICO"])
def test_other_kinds_are_refused_whatever_they_are_called(kind: str) -> None:
    assert _code(saved(drawn(), kind)) == "type"


def test_words_that_are_no_picture_are_refused() -> None:
    for data in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff" + b"x" * 50, b"%PDF-1.7"):
        assert _code(data) in ("type", "broken")


def test_what_moves_or_is_small_or_cut_off_is_refused() -> None:
    frames = [drawn(1300, 900).rotate(turn) for turn in (0, 40)]
    assert _code(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])) == "moving"
    assert _code(saved(drawn(LEAST[0] - 1, 2000))) == "small"
    assert _code(saved(drawn())[:3000]) == "broken"


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_open_or_be_refused(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x40\0\0\0WEBPVP8 "):
        with pytest.raises(Refused):
            upright(start + data)


def test_a_picture_says_of_itself_what_the_desk_asks() -> None:
    says = described(opened(photographed()))
    assert (says.alt, says.caption) == ("A fence by a river", "The fenced bank")
    assert (says.credit, says.place) == ("Amal Otieno / River Agency", "Kisumu, Kenya")
    assert (says.licence, says.taken) == ("CC BY 4.0", "2026-10-04")


def test_a_picture_cannot_bring_a_document_type_with_it() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]>' + XMP.replace("Kisumu", "&a;")
    assert described(opened(saved(drawn(), xmp=bomb.encode()))).place == ""


def test_no_public_file_says_where_or_with_what_it_was_taken() -> None:
    files = dict(crops(upright(photographed())))
    assert len(files) == len(PLANS)
    for name, data in files.items():
        made = Image.open(io.BytesIO(data))
        assert not dict(made.getexif()), name
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(made.info), name
        assert b"Ben" not in data
        assert b"Kisumu" not in data


def test_every_file_is_what_its_name_says_and_within_its_budget() -> None:
    noise = Image.effect_noise((1500, 1000), 120).convert("RGB")
    for (name, data), plan in zip(crops(upright(saved(noise))), PLANS, strict=True):
        read = rendition(name, data)
        assert not isinstance(read, Fault)
        assert Image.open(io.BytesIO(data)).size == (read.width, read.height) == (plan.width, plan.height)
        assert len(data) <= plan.most, name


def test_a_lying_picture_is_turned_upright() -> None:
    assert upright(photographed()).size == (1300, 1600)


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (1300, 900), (0, 0, 0, 0))
    assert upright(saved(clear, "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_kinds_of_cameras_and_programs_are_taken(kind: str) -> None:
    assert upright(saved(drawn(), kind)).size == (1500, 1000)


@given(
    st.integers(2, 5000), st.integers(2, 5000), st.floats(0.5, 2.0), st.integers(0, 8),
)  # fmt: skip
def test_a_crop_lies_within_the_picture_and_holds_its_focus(width: int, height: int, ratio: float, focus: int) -> None:
    left, upper, right, lower = box(width, height, ratio, focus)
    assert 0 <= left <= right <= width
    assert 0 <= upper <= lower <= height
    assert right - left == width or lower - upper == height
    middle = (focus % 3 * 2 + 1) / 6 * width, (focus // 3 * 2 + 1) / 6 * height
    assert left - 1 <= middle[0] <= right + 1
    assert upper - 1 <= middle[1] <= lower + 1


def test_a_hand_written_folder_gets_its_pictures(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from undersigned.cli.photo import photo

    (tmp_path / "campaign.toml").write_text("")
    (tmp_path / "river.jpg").write_bytes(photographed())
    done = CliRunner().invoke(photo, [str(tmp_path / "river.jpg"), "--campaign", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert 'licence = "CC BY 4.0"' in done.output
    assert len(list((tmp_path / "photo").iterdir())) == len(PLANS)
    (tmp_path / "film.gif").write_bytes(saved(drawn(), "GIF"))
    refused = CliRunner().invoke(photo, [str(tmp_path / "film.gif"), "--campaign", str(tmp_path)])
    assert (refused.exit_code, "(type)" in refused.output) == (1, True)
