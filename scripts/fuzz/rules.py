"""What the OpenAPI documents cannot say, for Schemathesis: which of its findings are none.

Every request is sent and judged; only two kinds of findings pass through here. A sound request may be refused by a rule
that lies outside the schema, if the answer says nothing but the sentence of such a rule. An unsound one may be accepted
if it is sound once it is read as the surface reads it.
"""

import json
import re
import unicodedata

import jsonschema_rs
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# One rule that a password breaks; `v1` names all of them in one text.
WEAK = (
    r"(The password is too similar to the (username|first name|last name|email address)\."
    r"|This password is too short\. It must contain at least 8 characters\."
    r"|This password is too common\."
    r"|This password is entirely numeric\.)"
)

# Sentences by which a request is refused that fits its schema.
RULES = [
    # What the account, the link or another account decides.
    r"[Aa] user with (this email|that username) already exists\.",
    r"user with this email already exists\.",
    r"User with this email already exists",
    r"Email already taken\.?",
    r"Username already taken",
    r"Unable to log in with provided credentials\.",
    r"Invalid password\.",
    r"Old password is incorrect",
    r"Invalid user id or user doesn't exist\.",
    r"Invalid token for given user\.",
    r"(Refresh token is required|Invalid or expired token)\.?",
    r"Stale token for given user\.",
    r"The last active superuser cannot be removed\.",
    r"You cannot deactivate, delete or change the role of your own account\.",
    # What else is there already, or is not.
    r"(role|permission|service|project|blog entry) with this (name|codename|slug) already exists\.",
    r"The fields user, role must make a unique set\.",
    # To JSON Schema 1.0 is an integer.
    r"Incorrect type\. Expected pk value, received float\.",
    r"Invalid pk \".*\" - object does not exist\.",
    r"A tag with this name already exists in this organization\.",
    r"Two different tag names cannot share the same slug in an organization\.",
    # Roles, and fields to order by: what there is to choose from is not the schema's to say.
    r"\".*\" is not a valid choice\.",
    # Cursors come from answers; names lead nowhere else; one of several fields will do.
    r"Invalid cursor\.",
    r"Enter a valid value\.",
    r"Value error, (At least|Exactly) one of .* must be provided\.",
    r"(Value error, )?Tag names must contain at least one letter or number\.",
    r"Search supports at most 10 terms\.",
    # How good a password is, and whether it was typed twice.
    rf"{WEAK}( {WEAK})*",
    r"Password must be at least 8 characters long and contain letters and numbers\.",
    r"(The two password fields didn't match|Passwords do not match)\.?",
    # What a user name and an address are: more than a pattern can tell.
    r"Enter a valid username\. .*",
    r"Username may only contain letters, numbers, dots, and underscores\.",
    r"Username (cannot be empty|must be 1-50 characters\.)",
    r"Enter a valid email address\.",
    r"Invalid email address",
    # White space is trimmed first; NUL is text in JSON and not in PostgreSQL; a form's head has no control characters.
    r"This field may not be blank\.",
    r"String should have at least 1 character",
    r"Null characters are not allowed\.",
    r"Value error, Null characters are not allowed\.",
    r"Multipart form parse error - .*",
    # The envelope's heading over such sentences.
    r"Validation error",
]
RULE = re.compile("|".join(f"(?:{rule})" for rule in RULES), re.DOTALL)

# They refuse whatever they are asked, as the library does that they stand for.
ALWAYS_REFUSED = {"djoser_resend_activation"}


def sentences(value):
    """All that an answer says in words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from sentences(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("status", "code", "type", "location"):
                yield from sentences(item)


def is_refused_by_rule(case, response):
    operation_id = case.operation.definition.raw.get("operationId")
    if operation_id in ALWAYS_REFUSED:
        return True
    try:
        said = list(sentences(json.loads(response.content)))
    except ValueError:
        return False
    # `v1` says all of them in one text, too.
    parts = [part for sentence in said for part in sentence.split("; ")]
    return bool(parts) and all(RULE.fullmatch(part) for part in parts)


# What Django REST framework takes for a boolean, in any case. Source: DRF 3.18, `fields.py`, `BooleanField`.
BOOLEANS = {"t", "y", "yes", "true", "on", "1", "f", "n", "no", "false", "off", "0", "0.0", "1.0"}

# The largest number of 32 bits, as which the documents declare a limit on `v1`. A larger limit is cut to a page's size like any large one, and a larger offset
# is past the end of any list.
MAX_INTEGER = 2**31 - 1


def as_read(value):
    """A body as Django REST framework reads it: numbers pass for texts, and white space around texts does not count."""
    if not isinstance(value, dict):
        return value
    read = {}
    for name, item in value.items():
        if name.startswith("is_") and str(item).strip().lower() in BOOLEANS:
            item = True
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            item = json.dumps(item)
        read[name] = item.strip() if isinstance(item, str) else item
    return read


def names_a_huge_page(case):
    query = case.query or {}
    try:
        return any(int(query.get(name, 0)) > MAX_INTEGER for name in ("limit", "offset"))
    except (TypeError, ValueError):
        return False


def has_an_odd_key(case):
    """Any key is valid after trimming; the documents advise printable ASCII. Source: docs/contract/v1.md «Idempotency»."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key is None or re.fullmatch("[!-~]{1,128}", key):
        return False
    left = key.strip()
    return 0 < len(left) <= 128 and not any(unicodedata.category(char) == "Cc" for char in left)


def is_sound_when_read(case):
    if names_a_huge_page(case) or has_an_odd_key(case):
        return True
    if case.path.startswith("/api/v1/"):
        return False
    for alternative in case.operation.body:
        if alternative.media_type == case.media_type:
            schema = alternative.validation_schema
            return jsonschema_rs.is_valid(schema, as_read(case.body), validate_formats=True)
    return False


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a finding is one."""
    if isinstance(failure, RejectedPositiveData):
        return not is_refused_by_rule(case, response)
    if isinstance(failure, AcceptedNegativeData):
        return not is_sound_when_read(case)
    return True
