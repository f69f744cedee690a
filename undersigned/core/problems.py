"""Every refusal the door can give: a stable code, the HTTP status, what happened and what to do next.

`title` and `remedy` are English sentences and the keys of the catalogues (gettext msgids). They never say
anything about a person and never repeat what was sent. A code, once published, keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["BY_CODE", "MESSAGES", "Problem"]


class Problem(msgspec.Struct, frozen=True):
    """One kind of refusal (the `code` of a problem+json answer)."""

    code: str  # kebab-case
    status: int  # HTTP status
    title: str  # one English sentence: what is wrong
    remedy: str  # one or two English sentences: what to do next


# --- the request ---------------------------------------------------------------------------------------

BODY_EMPTY = Problem("body-empty", 400, "Nothing was sent.", "Fill in the form of the petition and send it again.")
BODY_MALFORMED = Problem(
    "body-malformed",
    400,
    "What was sent cannot be read.",
    "Send a form, or one JSON object without repeated names, as text in UTF-8.",
)
LENGTH_MISSING = Problem(
    "length-missing",
    411,
    "The request does not say how long it is.",
    "Send the request again with its length in the Content-Length header.",
)
TOO_LARGE = Problem(
    "too-large",
    413,
    "What was sent is too large.",
    "Shorten the comment and send it again. At most 32 kilobytes are taken.",
)
TOO_SLOW = Problem(
    "too-slow", 408, "The request did not arrive in time.", "Go back and send it again. Nothing was kept."
)
TYPE_UNSUPPORTED = Problem(
    "type-unsupported",
    415,
    "This kind of content is not taken here.",
    "Send a form (application/x-www-form-urlencoded) or JSON (application/json).",
)
HEADER_MALFORMED = Problem(
    "header-malformed",
    400,
    "The header of the request cannot be read.",
    "Open the page again in a browser and try once more.",
)
HEADER_TOO_LARGE = Problem(
    "header-too-large",
    431,
    "The header of the request is too large.",
    "Open the page in a private window and try once more.",
)
ADDRESS_TOO_LONG = Problem(
    "address-too-long",
    414,
    "The address of this page is too long.",
    "Open the petition from its first page. Its address is short.",
)
QUERY_PERSONAL = Problem(
    "query-personal",
    400,
    "Personal data must not stand in the address of a page.",
    "Send names and e-mail addresses in the body of the request. Nothing was read from the address.",
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed",
    405,
    "This page cannot be used in that way.",
    "Open the page in a browser and use the button on it.",
)
NOT_FOUND = Problem(
    "not-found",
    404,
    "There is no page at this address.",
    "Check the address, or choose a petition from the list.",
)
FORMAT_UNKNOWN = Problem(
    "format-unknown",
    501,
    "This format is not known here.",
    "Ask for format=json or format=xml, or for nothing: then it is JSON.",
)
HOST_UNKNOWN = Problem(
    "host-unknown",
    421,
    "This server does not answer for that name.",
    "Open the petition from the link that was published for it.",
)
TOO_MANY_REQUESTS = Problem(
    "too-many-requests",
    429,
    "Too many requests came from your network at once.",
    "Wait a minute and send the form again. Nothing was lost on your side, and nothing was counted.",
)
JOURNAL_CLOSED = Problem(
    "journal-closed",
    503,
    "Signatures cannot be taken at the moment.",
    "Try again in a few minutes. Your signature was not kept.",
)

FAILED = Problem(
    "failed",
    500,
    "Something went wrong on our side.",
    "Try again in a few minutes. If it happens again, write to the people who run this site.",
)

# --- the campaign --------------------------------------------------------------------------------------

CAMPAIGN_UNKNOWN = Problem(
    "campaign-unknown",
    404,
    "There is no such petition here.",
    "Check the address, or choose a petition from the list.",
)
CAMPAIGN_CLOSED = Problem(
    "campaign-closed",
    410,
    "This petition is closed.",
    "It takes no more signatures. Its page shows the result.",
)
CAMPAIGN_NOT_OPEN = Problem(
    "campaign-not-open",
    409,
    "This petition is not open yet.",
    "Its page says when it opens. Come back then.",
)
CAMPAIGN_PAUSED = Problem(
    "campaign-paused",
    409,
    "This petition is paused.",
    "It takes no signatures at the moment. Try again later.",
)
TEXT_MISSING = Problem(
    "text-missing",
    422,
    "It is not said which version of the text is signed.",
    "Open the petition again, read the text and sign it. A program sends its hash as “text”.",
)
TEXT_UNKNOWN = Problem(
    "text-unknown",
    409,
    "This petition never had the version of the text that was sent.",
    "Open the petition again, read the text and sign it.",
)
TEXT_OUTDATED = Problem(
    "text-outdated",
    409,
    "The text of this petition has changed since you opened it.",
    "Read the text as it stands now, then sign it.",
)

# --- the answers on the form ---------------------------------------------------------------------------

NAME_MISSING = Problem("name-missing", 422, "The name is missing.", "Write your name the way you write it yourself.")
NAME_TOO_LONG = Problem("name-too-long", 422, "The name is too long.", "Write a name of at most 1,000 characters.")
EMAIL_MISSING = Problem(
    "email-missing",
    422,
    "The e-mail address is missing.",
    "Write an e-mail address that you can read. A letter with a link will be sent to it.",
)
EMAIL_MALFORMED = Problem(
    "email-malformed",
    422,
    "This is not an e-mail address that a letter can be sent to.",
    "Write it like name@example.org, without spaces before, in or after it.",
)
EMAIL_TOO_LONG = Problem(
    "email-too-long",
    422,
    "The e-mail address is too long.",
    "Write an address of at most 254 characters, with at most 64 before the @ sign.",
)
EMAIL_SEVERAL = Problem(
    "email-several",
    422,
    "This is more than one e-mail address.",
    "Write one address. Every person signs with their own.",
)
COUNTRY_MISSING = Problem(
    "country-missing", 422, "The country or territory is missing.", "Choose a country or territory."
)
COUNTRY_UNKNOWN = Problem(
    "country-unknown",
    422,
    "This country or territory is not in the list.",
    "Choose a country or territory from the list. A program sends its code of two letters.",
)
CONSENT_MISSING = Problem(
    "consent-missing",
    422,
    "The box about your data is not ticked.",
    "Tick the box if you agree that your data is used for this petition. Without it nobody can sign.",
)
COMMENT_TOO_LONG = Problem(
    "comment-too-long", 422, "The comment is too long.", "Shorten it to at most 2,000 characters."
)

# --- the links of the letters --------------------------------------------------------------------------

TOKEN_UNKNOWN = Problem(
    "token-unknown",
    404,
    "This link is not valid.",
    "Open the link from the letter again, in full. If it is broken over two lines, copy both.",
)
TOKEN_EXPIRED = Problem(
    "token-expired",
    410,
    "This link is older than 72 hours.",
    "Sign the petition again. A new letter will be sent to you.",
)

PROOF_NOT_YET = Problem(
    "proof-not-yet",
    409,
    "There is no proof for this signature yet.",
    "A signature is entered in the log soon after it is confirmed. Open its page to see where it stands.",
)

#: Every problem by its code.
BY_CODE: Mapping[str, Problem] = {
    value.code: value for value in tuple(globals().values()) if isinstance(value, Problem)
}

#: Every sentence of this module, for the catalogues.
MESSAGES: tuple[str, ...] = tuple(
    dict.fromkeys(sentence for problem in BY_CODE.values() for sentence in (problem.title, problem.remedy))
)
