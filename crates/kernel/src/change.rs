//! A change to a nullable field.

/// A change to one nullable field of a patch: a readable `Option<Option<T>>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field is absent from the patch and stays unchanged.
    #[default]
    Keep,
    /// The field becomes null.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Change<T> {
    /// Returns the value that the field gets, if it gets one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Returns the new value of the column. `None` leaves the column unchanged.
    pub fn into_column(self) -> Option<Option<T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }
}
