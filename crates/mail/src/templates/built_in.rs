//! The built-in email texts.

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../templates/", $name)))
    };
}

/// All template files by name, relative to the folder of templates.
pub(super) const FILES: &[(&str, &str)] = &[
    file!("_layout.html"),
    file!("_valid.txt"),
    file!("djoser/password_reset.subject.txt"),
    file!("djoser/password_reset.txt"),
    file!("djoser/password_reset.html"),
    file!("djoser/username_reset.subject.txt"),
    file!("djoser/username_reset.txt"),
    file!("djoser/username_reset.html"),
    file!("djoser/activation.subject.txt"),
    file!("djoser/activation.txt"),
    file!("djoser/activation.html"),
    file!("api/password_reset.subject.txt"),
    file!("api/password_reset.txt"),
    file!("api/password_reset.html"),
    file!("v1/password_reset.subject.txt"),
    file!("v1/password_reset.txt"),
    file!("v1/password_reset.html"),
    file!("v1/email_change.subject.txt"),
    file!("v1/email_change.txt"),
    file!("v1/email_change.html"),
];
