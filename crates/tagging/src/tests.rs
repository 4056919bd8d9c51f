//! Tests of tag names: valid ones, and the tags that they refer to.

use loggia_kernel::{OrgId, ParseError};

use crate::{
    Error, TagName,
    model::{FoldedTag, Tag, TagId},
    names::Names,
};

fn name(text: &str) -> TagName {
    TagName::parse(text).unwrap()
}

fn existing(id: i64, text: &str, slug: &str) -> FoldedTag {
    FoldedTag {
        name_folded: text.to_lowercase(),
        tag: Tag {
            id: TagId::new(id),
            organization_id: OrgId::new(1),
            name: text.to_owned(),
            slug: loggia_kernel::Slug::of(slug, ""),
        },
    }
}

fn texts(names: &[TagName]) -> Vec<&str> {
    names.iter().map(TagName::as_str).collect()
}

#[test]
fn a_name_is_trimmed_and_leads_to_a_slug() {
    let name = name("  News Letter\t");
    assert_eq!(name.as_str(), "News Letter");
    assert_eq!(name.slug().as_str(), "news-letter");
    assert_eq!(name.folded(), "news letter");
}

#[test]
fn a_name_has_one_to_fifty_characters_and_something_for_a_slug() {
    assert_eq!(TagName::parse(""), Err(ParseError::Blank));
    assert_eq!(TagName::parse(" \n"), Err(ParseError::Blank));
    assert_eq!(TagName::parse("日本"), Err(ParseError::Malformed));
    assert_eq!(TagName::parse("-_-"), Err(ParseError::Malformed));
    assert_eq!(TagName::parse(&"x".repeat(51)), Err(ParseError::TooLong { max: 50 }));
    assert!(TagName::parse(&"x".repeat(50)).is_ok());
    assert!(TagName::parse(&format!("  {}  ", "é".repeat(50))).is_ok());
}

#[test]
fn of_one_name_in_several_spellings_the_first_counts() {
    let names = Names::of(vec![name("VIP"), name("news"), name("vip"), name("News")]);
    let missing = names.missing(&[]).unwrap();
    assert_eq!(texts(&missing), ["news", "VIP"], "by slug");
}

#[test]
fn what_is_there_is_found_by_name_whatever_its_case_or_slug() {
    let names = Names::of(vec![name("b"), name("vip")]);
    let rows = [existing(7, "VIP", "important"), existing(9, "B", "b")];
    assert!(names.missing(&rows).unwrap().is_empty());
    let sorted = names.sort(rows.into());
    let ids: Vec<i64> = sorted.iter().map(|tag| tag.id.get()).collect();
    assert_eq!(ids, [9, 7], "in the order of the names");
}

#[test]
fn different_names_cannot_share_a_slug() {
    let twice = Names::of(vec![name("News Letter"), name("news-letter")]);
    assert!(matches!(twice.missing(&[]), Err(Error::SlugConflict)));
    let other = Names::of(vec![name("news-letter")]);
    let rows = [existing(1, "News Letter", "news-letter")];
    assert!(matches!(other.missing(&rows), Err(Error::SlugConflict)));
}
