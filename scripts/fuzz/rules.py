"""Rules for Schemathesis that the OpenAPI documents cannot express: findings that are not errors.

Every request is sent and checked; only two kinds of findings are filtered here. A valid request may be rejected by a rule
outside the schema, if the response contains only the message of such a rule. An invalid one may be accepted if it is
valid when parsed as the surface parses it.
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

# Messages that reject a request although it matches its schema.
RULES = [
    # Decided by the account, the link or another account.
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
    # Decided by the existing objects.
    r"(role|permission|service|project|blog entry) with this (name|codename|slug) already exists\.",
    r"The fields user, role must make a unique set\.",
    # To JSON Schema 1.0 is an integer.
    r"Incorrect type\. Expected pk value, received float\.",
    r"Invalid pk \".*\" - object does not exist\.",
    r"A tag with this name already exists in this organization\.",
    r"Two different tag names cannot share the same slug in an organization\.",
    # Roles and fields to order by: their valid values are not part of the schema.
    r"\".*\" is not a valid choice\.",
    # Cursors come from responses; names must not traverse directories; one of several fields is required.
    r"Invalid cursor\.",
    r"Enter a valid value\.",
    r"Value error, (At least|Exactly) one of .* must be provided\.",
    r"(Value error, )?Tag names must contain at least one letter or number\.",
    r"Search supports at most 10 terms\.",
    # Password strength, and whether both passwords are equal.
    rf"{WEAK}( {WEAK})*",
    r"Password must be at least 8 characters long and contain letters and numbers\.",
    r"(The two password fields didn't match|Passwords do not match)\.?",
    # Usernames and addresses: rules beyond a pattern.
    r"Enter a valid username\. .*",
    r"Username may only contain letters, numbers, dots, and underscores\.",
    r"Username (cannot be empty|must be 1-50 characters\.)",
    r"Enter a valid email address\.",
    r"Invalid email address",
    # White space is trimmed first; NUL is valid in JSON and not in PostgreSQL; a form's header has no control
    # characters.
    r"This field may not be blank\.",
    r"String should have at least 1 character",
    r"Null characters are not allowed\.",
    r"Value error, Null characters are not allowed\.",
    r"Multipart form parse error - .*",
    # The heading of the envelope over such messages.
    r"Validation error",
]
RULE = re.compile("|".join(f"(?:{rule})" for rule in RULES), re.DOTALL)

# Operations that always return an error, as in the library they replace.
ALWAYS_REFUSED = {"djoser_resend_activation"}


def sentences(value):
    """Yields all messages of a response."""
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
    # `v1` joins all messages in one text.
    parts = [part for sentence in said for part in sentence.split("; ")]
    return bool(parts) and all(RULE.fullmatch(part) for part in parts)


# The values that Django REST framework accepts as a boolean, in any case. Source: DRF 3.18, `fields.py`,
# `BooleanField`.
BOOLEANS = {"t", "y", "yes", "true", "on", "1", "f", "n", "no", "false", "off", "0", "0.0", "1.0"}

# The largest 32-bit number, which the documents declare as a limit on `v1`. A larger limit is reduced to the largest
# page size, and a larger offset is past the end of any list.
MAX_INTEGER = 2**31 - 1


def as_read(value):
    """Returns a body as Django REST framework parses it: numbers become texts, and texts are trimmed."""
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
    """Returns whether the key is valid after trimming; the documents advise printable ASCII.

    Source: docs/contract/v1.md «Idempotency».
    """
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
    """Returns whether a finding is an error."""
    if isinstance(failure, RejectedPositiveData):
        return not is_refused_by_rule(case, response)
    if isinstance(failure, AcceptedNegativeData):
        return not is_sound_when_read(case)
    return True
