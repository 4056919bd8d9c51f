//! Texts of Django and Django REST framework that the dialects share.

use loggia_identity::{
    Field, TokenError,
    passwords::{Attribute, Weakness},
};

use crate::error::{AuthFault, Code, Kind, Problem, Refusal};

/// Returns the text that Django REST framework has for a field error. Source: Django 5.2, DRF 3.18, djoser 2.3.5;
/// docs/contract/drf.md «Fields».
pub(super) fn code(code: &Code) -> String {
    match code {
        Code::Required => "This field is required.".to_owned(),
        Code::Null => "This field may not be null.".to_owned(),
        Code::Blank => "This field may not be blank.".to_owned(),
        Code::NotText => "Not a valid string.".to_owned(),
        Code::TooLong(max) => format!("Ensure this field has no more than {max} characters."),
        Code::NullCharacter => "Null characters are not allowed.".to_owned(),
        Code::Surrogate(half) => format!("Surrogate characters are not allowed: U+{half:04X}."),
        Code::NotAnEmail => "Enter a valid email address.".to_owned(),
        // Source: Django 5.2, `core/validators.py`, `RegexValidator`.
        Code::Malformed => "Enter a valid value.".to_owned(),
        Code::NotAUsername => "Enter a valid username. This value may contain only letters, \
                               numbers, and @/./+/-/_ characters."
            .to_owned(),
        Code::NotASlug => "Enter a valid \"slug\" consisting of letters, numbers, underscores or \
                           hyphens."
            .to_owned(),
        Code::NotABoolean => "Must be a valid boolean.".to_owned(),
        Code::NotAnInteger | Code::NotWhole | Code::NotANumber => {
            "A valid integer is required.".to_owned()
        }
        Code::TooManyItems { max, .. } => {
            format!("Ensure this field has no more than {max} elements.")
        }
        // Source: docs/contract/v1.md «Tags».
        Code::NoName => {
            "At least one of display_name, first_name, or last_name must be provided.".to_owned()
        }
        Code::NotATagName => "Tag names must contain at least one letter or number.".to_owned(),
        Code::TooSmall(min) => format!("Ensure this value is greater than or equal to {min}."),
        Code::NotAChoice(choice) => format!("\"{choice}\" is not a valid choice."),
        Code::NotExactlyOne(fields) => {
            format!("Exactly one of {} must be provided.", fields.join(" and "))
        }
        Code::NotOneOf(choices) => format!("Must be {}.", one_of(choices)),
        Code::Exists { kind, field } => format!("{kind} with this {field} already exists."),
        Code::NoSuchPk(pk) => format!("Invalid pk \"{pk}\" - object does not exist."),
        Code::NotAPk(kind) => {
            format!("Incorrect type. Expected pk value, received {}.", kind.python())
        }
        Code::NotAList(kind) => {
            format!("Expected a list of items but got type \"{}\".", kind.python())
        }
        Code::NotUniqueTogether(fields) => {
            format!("The fields {} must make a unique set.", fields.join(", "))
        }
        Code::Taken(Field::Email) => "user with this email already exists.".to_owned(),
        Code::Taken(Field::Username) => "A user with that username already exists.".to_owned(),
        Code::Weak(weakness) => self::weakness(weakness),
        Code::WrongPassword => "Invalid password.".to_owned(),
        Code::PasswordMismatch => "The two password fields didn't match.".to_owned(),
        Code::BadLinkToken => "Invalid token for given user.".to_owned(),
        Code::Unknown => "Unknown field.".to_owned(),
        Code::Rule(text) => (*text).to_owned(),
    }
}

/// Joins choices as pydantic does: `'a', 'b' or 'c'`. Source: `pydantic_core`, error type `enum`.
pub(super) fn one_of(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("'{choice}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Returns Django's text for a weak password. Source: Django 5.2, `contrib/auth/password_validation.py`.
pub fn weakness(weakness: &Weakness) -> String {
    match weakness {
        Weakness::TooSimilar(attribute) => {
            let attribute = match attribute {
                Attribute::Username => "username",
                Attribute::FirstName => "first name",
                Attribute::LastName => "last name",
                Attribute::Email => "email address",
            };
            format!("The password is too similar to the {attribute}.")
        }
        Weakness::TooShort { min } => {
            format!("This password is too short. It must contain at least {min} characters.")
        }
        Weakness::TooCommon => "This password is too common.".to_owned(),
        Weakness::EntirelyNumeric => "This password is entirely numeric.".to_owned(),
    }
}

/// Returns SimpleJWT's text for a rejected token. Source: simplejwt 5.5.1, `tokens.py`; docs/contract/drf.md «Tokens».
pub(super) fn token(fault: TokenError) -> &'static str {
    match fault {
        TokenError::Invalid => "Token is invalid",
        TokenError::Expired => "Token is expired",
        TokenError::WrongType => "Token has wrong type",
        TokenError::NoType => "Token has no type",
        TokenError::NoId => "Token has no id",
        TokenError::NoExpiry => "Token has no 'exp' claim",
        TokenError::NoSubject => "Token contained no recognizable user identification",
        TokenError::Revoked => "Token is blacklisted",
        TokenError::UnknownAccount | TokenError::InactiveAccount => {
            "No active account found for the given token."
        }
    }
}

/// Returns the text of a 401 on Django REST framework surfaces.
/// Source: docs/contract/drf.md «Tokens», «Authentication errors».
pub(super) fn auth(fault: AuthFault) -> &'static str {
    match fault {
        AuthFault::NotGiven => "Authentication credentials were not provided.",
        AuthFault::MalformedHeader => {
            "Authorization header must contain two space-delimited values"
        }
        AuthFault::NoToken => "Invalid token header. No credentials provided.",
        AuthFault::TokenWithSpaces => {
            "Invalid token header. Token string should not contain spaces."
        }
        AuthFault::AccessToken(TokenError::NoSubject)
        | AuthFault::BodyToken(TokenError::NoSubject) => token(TokenError::NoSubject),
        AuthFault::AccessToken(TokenError::UnknownAccount) => "User not found",
        AuthFault::AccessToken(TokenError::InactiveAccount) => "User is inactive",
        AuthFault::AccessToken(_) => "Given token not valid for any token type",
        AuthFault::OpaqueToken(TokenError::InactiveAccount) => "User inactive or deleted.",
        AuthFault::OpaqueToken(_) => "Invalid token.",
        AuthFault::BodyToken(fault) => token(fault),
        AuthFault::Credentials => "No active account found with the given credentials",
    }
}

/// Returns the text for a body that is JSON but not an object. Source: DRF 3.18, `serializers.py`,
/// `Serializer.run_validation`; docs/contract/drf.md «Request bodies».
pub fn not_an_object(kind: Option<Kind>) -> String {
    match kind {
        Some(kind) => format!("Invalid data. Expected a dictionary, but got {}.", kind.python()),
        None => "No data provided".to_owned(),
    }
}

/// Returns the text of a broken rule. Source: the pages of `docs/contract`, at the operation in question.
pub(super) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TagTaken => "A tag with this name already exists in this organization.",
        Refusal::TagSlugShared => {
            "Two different tag names cannot share the same slug in an organization."
        }
        Refusal::LastSuperuser => "The last active superuser cannot be removed.",
        Refusal::Oneself => "You cannot deactivate, delete or change the role of your own account.",
        Refusal::UnknownOrganization => "Organization not found",
        Refusal::AlreadyMember => "Already a member of this organization.",
        Refusal::LastOwner => "The last owner of an organization cannot leave or be demoted.",
        Refusal::TooManyOrganizations => "An account can be in at most 200 organizations.",
        Refusal::PersonalOrganization => {
            "A personal organization takes no members and cannot be deleted."
        }
        // Source: docs/contract/v1.md «Idempotency».
        Refusal::BadIdempotencyKey => "Invalid Idempotency-Key.",
        Refusal::IdempotencyKeyReused => {
            "Idempotency-Key was already used for a different request."
        }
        Refusal::IdempotencyKeyInUse => {
            "An operation with this Idempotency-Key is already in progress."
        }
        // Source: docs/contract/README.md «Administrators».
        Refusal::SoleOwner(names) => {
            return format!("Promote another active owner for {} first.", names.join(", "));
        }
    }
    .to_owned()
}

/// Returns the text that Django REST framework surfaces have for a problem without fields.
/// Source: docs/contract/drf.md «Errors»; DRF 3.18, `exceptions.py`.
pub(super) fn general(problem: &Problem) -> String {
    match problem {
        Problem::Forbidden => "You do not have permission to perform this action.".to_owned(),
        Problem::NotFound => "Not found.".to_owned(),
        Problem::MethodNotAllowed(method) => format!("Method \"{method}\" not allowed."),
        Problem::NotAcceptable => "Could not satisfy the request Accept header.".to_owned(),
        Problem::UnsupportedMediaType(kind) => {
            format!("Unsupported media type \"{kind}\" in request.")
        }
        Problem::Malformed => "JSON parse error - the body is not valid JSON".to_owned(),
        Problem::MalformedForm => {
            "Multipart form parse error - the body is not a valid form".to_owned()
        }
        Problem::TooLarge => "Request body is too large.".to_owned(),
        Problem::TooSlow => "The request body did not arrive in time.".to_owned(),
        Problem::Throttled { retry_after } => {
            let seconds = retry_after.as_secs_f64().ceil().max(1.0);
            let unit = if seconds > 1.0 { "seconds" } else { "second" };
            format!("Request was throttled. Expected available in {seconds:.0} {unit}.")
        }
        Problem::Unavailable { .. } => {
            "Service temporarily unavailable, try again later.".to_owned()
        }
        Problem::StorageFull => "Insufficient storage.".to_owned(),
        Problem::Refused(refusal) => self::refusal(refusal),
        Problem::Rejected(rejection) => rejection.text().to_owned(),
        Problem::Unauthenticated(fault) => auth(*fault).to_owned(),
        Problem::Invalid(_) | Problem::NotAnObject(_) => "Invalid input.".to_owned(),
        Problem::Internal(_) => "Internal server error.".to_owned(),
    }
}
