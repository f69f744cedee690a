"""What a machine can check of PDF/UA-1 (Matterhorn Protocol 1.1), in the nine languages; numbers are its checkpoints.

`veraPDF` needs a Java archive that no registry of ours carries; so the checks are written here, on what pikepdf reads.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest

from tests.stages.example_statement import shown
from undersigned.engines.press.fonts import Fonts
from undersigned.engines.press.paper import Papers, installed
from undersigned.pages.paper import paper
from undersigned.pages.words import LANGUAGES, direction

pikepdf = pytest.importorskip("pikepdf")
pytestmark = [
    pytest.mark.skipif(not installed(), reason="typst is not installed: pip install -r requirements/press.txt"),
    pytest.mark.skipif(Fonts().runs("नहीं 不 لا לא No", "en", False, False) is None, reason="no Noto fonts"),
]
STANDARD = {
    "Document", "Part", "Sect", "Div", "P", "H1", "H2", "H3", "L", "LI", "Lbl", "LBody", "BlockQuote", "Span", "Link",
    "Figure", "Caption", "Quote", "Note", "Reference",
}  # fmt: skip
every_language = pytest.mark.parametrize("language", LANGUAGES)


@lru_cache(maxsize=len(LANGUAGES))
def made(language: str) -> bytes:
    """Give the PDF of the example, corrected, as a numbered copy."""
    data = Papers().typeset(paper(shown(language, corrected=True), "Copy 7, Daily Planet"))
    assert data is not None
    return data


def opened(language: str) -> Any:
    return pikepdf.open(io.BytesIO(made(language)))


class Element:
    """A structure element with its kids: other elements, or numbers of marked content on a page."""

    def __init__(self, node: Any, parent: Element | None) -> None:
        self.node, self.parent, self.kind = node, parent, str(node.S)[1:]
        self.elements: list[Element] = []
        self.marked: list[tuple[Any, int]] = []  # (page, number)
        self.objects: list[Any] = []
        for kid in _kids(node):
            if isinstance(kid, int):
                self.marked.append((node.get("/Pg"), kid))
            elif kid.get("/Type") == "/MCR":
                self.marked.append((kid.get("/Pg", node.get("/Pg")), int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                self.objects.append(kid.Obj)
            else:
                self.elements.append(Element(kid, self))

    def walk(self) -> Iterator[Element]:
        """Give it and all below it, in reading order."""
        yield self
        for one in self.elements:
            yield from one.walk()


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _resources(page: Any, kind: str) -> dict[str, Any]:
    return dict(page.obj.Resources.get(kind, {}).items())


def tree(pdf: Any) -> list[Element]:
    """Give every structure element in reading order."""
    roots = [Element(one, None) for one in _kids(pdf.Root.StructTreeRoot)]
    return [element for root in roots for element in root.walk()]


@every_language
def test_01_every_content_is_marked_and_no_mark_stands_in_another_kind(language: str) -> None:
    """01-001 to 01-005: artifacts apart from tagged content, and nothing that is neither."""
    with opened(language) as pdf:
        for page in pdf.pages:
            stack: list[str] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BMC", "BDC"):
                    kind = "artifact" if str(operands[0]) == "/Artifact" else "span"
                    if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                        kind = "tagged"
                    assert not ({"artifact", "tagged"} & set(stack) and kind in ("artifact", "tagged")), (stack, kind)
                    stack.append(kind)
                elif name == "EMC":
                    stack.pop()
                elif name in ("Tj", "TJ", "'", '"', "f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "BI"):
                    assert {"artifact", "tagged"} & set(stack), f"{name} on a page of {language} is not marked"
            assert stack == []


@every_language
def test_01_marks_and_structure_name_each_other(language: str) -> None:
    """01-006, and ISO 14289-1, 7.1: each number of a page belongs to one element, found through the parent tree."""
    with opened(language) as pdf:
        owned = [(page.objgen, number) for one in tree(pdf) for page, number in one.marked]
        assert len(owned) == len(set(owned))
        shown_numbers = []
        for page in pdf.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                    shown_numbers.append((page.objgen, int(operands[1]["/MCID"])))
            assert "/StructParents" in page.obj
        assert sorted(shown_numbers) == sorted(owned)
        numbers = pdf.Root.StructTreeRoot.ParentTree
        assert "/Nums" in numbers or "/Kids" in numbers


@every_language
def test_02_only_standard_kinds_of_elements_stand_in_the_tree(language: str) -> None:
    """02-001 to 02-004: no role that is mapped to nothing, none in a circle, no standard kind that means another."""
    with opened(language) as pdf:
        roles = pdf.Root.StructTreeRoot.get("/RoleMap", {})
        for one in tree(pdf):
            mapped = str(roles.get(f"/{one.kind}", f"/{one.kind}"))[1:]
            assert mapped in STANDARD, one.kind
        assert not {str(name)[1:] for name in roles} & STANDARD


@every_language
def test_06_and_07_title_identification_and_metadata_are_there(language: str) -> None:
    """05, 06-001 to 06-004, 07-001, 07-002: XMP with title and `pdfuaid:part`; the title is what is displayed."""
    with opened(language) as pdf:
        assert pdf.Root.Metadata.get("/Subtype") == "/XML"
        with pdf.open_metadata() as known:
            assert known["pdfuaid:part"] == "1"
            assert known["dc:title"] == shown(language).headline
            assert known["dc:language"] == [language] or language in str(known["dc:language"])
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)
        assert not bool(pdf.Root.MarkInfo.get("/Suspects", False))


@every_language
def test_09_the_words_are_read_in_their_order_and_lists_are_lists(language: str) -> None:
    """09-004 to 09-008: list items in lists, labels and bodies in items; and the order is that of the text."""
    with opened(language) as pdf:
        elements = tree(pdf)
        for one in elements:
            above = one.parent.kind if one.parent else ""
            if one.kind == "LI":
                assert above == "L"
            if one.kind in ("Lbl", "LBody"):
                assert above == "LI"
            if one.kind == "L":
                assert one.elements
                assert {kid.kind for kid in one.elements} <= {"LI", "L", "Caption"}
        sizes = [len(one.elements) for one in elements if one.kind == "L"]
        statement = shown(language).statement
        assert sizes == [6, len(statement.demands), len(statement.figures)]
        first = elements[0]
        assert (first.kind, first.parent) == ("Document", None)
        assert [one.kind for one in first.elements].index("H1") <= 2


@every_language
def test_10_and_31_every_sign_can_be_read_and_its_font_is_in_the_file(language: str) -> None:
    """10-001, 31-001 to 31-030: fonts embedded, composite fonts with an identity, each with a way back to Unicode."""
    with opened(language) as pdf:
        fonts = {font.objgen: font for page in pdf.pages for font in _resources(page, "/Font").values()}
        assert fonts
        for font in fonts.values():
            assert "/ToUnicode" in font
            inner = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
            descriptor = inner.FontDescriptor
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
            if font.Subtype == "/Type0":
                assert str(font.Encoding).startswith("/Identity-")
                assert inner.Subtype != "/CIDFontType2" or inner.get("/CIDToGIDMap") is not None
            words = font.ToUnicode.read_bytes().lower()
            told = [pair.split()[-1] for pair in re.findall(rb"(?m)^<[0-9a-f]+> <[0-9a-f]+>$", words)]
            assert told
            assert not {b"<0000>", b"<feff>", b"<fffe>"} & set(told)  # 31-028, 31-029


@every_language
def test_11_the_language_of_all_words_is_known(language: str) -> None:
    """11-001 to 11-007: the natural language of the text, of the outline and of the metadata."""
    with opened(language) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.Root.ViewerPreferences.Direction) == {"ltr": "/L2R", "rtl": "/R2L"}[direction(language)]


@every_language
def test_14_headings_begin_at_one_and_skip_no_level(language: str) -> None:
    """14-001 to 14-007: H1 first, no level skipped, no two systems of headings."""
    with opened(language) as pdf:
        levels = [int(one.kind[1:]) for one in tree(pdf) if one.kind[0] == "H" and one.kind[1:].isdigit()]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert "H" not in {one.kind for one in tree(pdf)}
        assert levels.count(2) == 4  # notes, contact, corrections, facts


@every_language
def test_13_and_15_pictures_have_words_and_tables_have_headers(language: str) -> None:
    """13-004, 15-003: a figure says what it shows, a table has header cells; a statement has neither without."""
    with opened(language) as pdf:
        for one in tree(pdf):
            if one.kind == "Figure":
                assert str(one.node.get("/Alt", "")).strip()
            if one.kind == "Table":
                assert any(below.kind == "TH" for below in one.walk())
        used = {name for page in pdf.pages for name in _resources(page, "/XObject")}
        assert not used or any(one.kind == "Figure" for one in tree(pdf))


@every_language
def test_28_links_are_tagged_say_where_they_lead_and_pages_have_an_order(language: str) -> None:
    """28-002 to 28-012: each annotation stands in a Link of the tree, has words of its own, and tabs follow it."""
    with opened(language) as pdf:
        linked = [(one, thing) for one in tree(pdf) for thing in one.objects]
        assert {one.kind for one, _ in linked} == {"Link"}
        annotations = [note for page in pdf.pages for note in page.obj.get("/Annots", [])]
        assert len(annotations) == len(linked) >= 2  # the picture, and where the statement is
        for note in annotations:
            assert note.Subtype == "/Link"
            assert "/StructParent" in note
            assert str(note.get("/Contents", "")).strip()
        for page in pdf.pages:
            if "/Annots" in page.obj:
                assert page.obj.get("/Tabs") == "/S"


@every_language
def test_20_to_30_nothing_stands_in_it_that_cannot_be_read_aloud(language: str) -> None:
    """20, 25, 26, 29, 30: no optional content, forms, scripts, references to others' pages, encryption or XFA."""
    with opened(language) as pdf:
        assert not pdf.is_encrypted
        assert not {"/OCProperties", "/AcroForm", "/JavaScript", "/OpenAction", "/AA"} & set(pdf.Root.keys())
        for page in pdf.pages:
            forms = _resources(page, "/XObject").values()
            assert not [one for one in forms if one.get("/Subtype") == "/Form" and "/Ref" in one]
