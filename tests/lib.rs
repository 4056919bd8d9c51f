//! Nothing: the tests are in `wire/`.
