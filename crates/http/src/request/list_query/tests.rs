use loggia_kernel::{
    Page, PageRequest,
    list::{ListRequest, Search, SortDirection},
};
use rstest::rstest;

use super::ListQuery;
use crate::{
    BaseUrl,
    error::{Code, Problem},
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Id,
    Name,
}

const FIELDS: [(&str, Field); 2] = [("id", Field::Id), ("name", Field::Name)];

fn list_query(query: &str) -> ListQuery {
    ListQuery {
        path: "/api/things/".to_owned(),
        pairs: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
    }
}

fn read(query: &str) -> ListRequest<Field> {
    list_query(query).listing(&FIELDS).unwrap()
}

#[rstest]
#[case("", None)]
#[case("limit=10", Some((10, 0)))]
#[case("limit=10&offset=30", Some((10, 30)))]
#[case("offset=30", Some((1000, 30)))]
#[case("limit=5000", Some((1000, 0)))]
#[case("limit=99999999999999999999", Some((1000, 0)))]
#[case("limit=3&limit=7", Some((7, 0)))]
#[case("offset=99999999999999999999", Some((1000, i64::MAX.unsigned_abs())))]
fn reads_a_page(#[case] query: &str, #[case] page: Option<(u32, u64)>) {
    let page = page.map(|(limit, offset)| PageRequest::new(limit, offset));
    assert_eq!(read(query).page, page);
}

#[rstest]
#[case("ordering=", &[])]
#[case("ordering=name", &[(Field::Name, SortDirection::Ascending)])]
#[case("ordering=-name, id", &[(Field::Name, SortDirection::Descending), (Field::Id, SortDirection::Ascending)])]
#[case("ordering=name,-name,name", &[(Field::Name, SortDirection::Ascending)])]
fn reads_an_order(#[case] query: &str, #[case] order: &[(Field, SortDirection)]) {
    assert_eq!(read(query).order, order);
}

#[test]
fn reads_a_search() {
    assert_eq!(read("search=%20A%20").search, Search::of("a"));
    assert_eq!(read("search=").search, None);
    assert_eq!(read(&format!("search={}", "ä".repeat(200))).search, Search::of(&"ä".repeat(200)));
}

#[rstest]
#[case("limit=", "limit", Code::NotAnInteger)]
#[case("limit=ten", "limit", Code::NotAnInteger)]
#[case("limit=1.5", "limit", Code::NotAnInteger)]
#[case("limit=0", "limit", Code::TooSmall(1))]
#[case("limit=-3", "limit", Code::TooSmall(1))]
#[case("offset=-1", "offset", Code::TooSmall(0))]
#[case("offset=-99999999999999999999", "offset", Code::TooSmall(0))]
#[case("search=a%00b", "search", Code::NullCharacter)]
#[case("ordering=name,password", "ordering", Code::NotAChoice("password".to_owned()))]
#[case("ordering=--name", "ordering", Code::NotAChoice("--name".to_owned()))]
fn names_what_is_at_fault(#[case] query: &str, #[case] name: &str, #[case] code: Code) {
    match list_query(query).listing(&FIELDS) {
        Err(Problem::Invalid(faults)) => {
            assert_eq!(faults.iter().collect::<Vec<_>>(), [(name, &[code][..])]);
        }
        outcome => panic!("{outcome:?}"),
    }
}

#[test]
fn names_all_that_is_at_fault_at_once() {
    let long = "a".repeat(201);
    let query = format!("limit=a&offset=b&ordering=c&search={long}");
    match list_query(&query).listing(&FIELDS) {
        Err(Problem::Invalid(faults)) => {
            let names: Vec<&str> = faults.iter().map(|(name, _)| name).collect();
            assert_eq!(names, ["limit", "offset", "search", "ordering"]);
        }
        outcome => panic!("{outcome:?}"),
    }
}

#[rstest]
#[case(10, 0, 0, "first:0 last:0")]
#[case(10, 0, 10, "first:0 last:0")]
#[case(10, 0, 11, "first:0 next:10 last:10")]
#[case(10, 10, 35, "first:0 prev:0 next:20 last:30")]
#[case(10, 5, 35, "first:0 prev:0 next:15 last:30")]
#[case(10, 30, 35, "first:0 prev:20 last:30")]
#[case(10, 500, 35, "first:0 prev:30 last:30")]
#[case(10, u64::MAX, 35, "first:0 prev:30 last:30")]
fn says_where_the_other_parts_are(
    #[case] limit: u32,
    #[case] offset: u64,
    #[case] count: u64,
    #[case] expected: &str,
) {
    let url: BaseUrl = "https://loggia.example/".parse().unwrap();
    let page = PageRequest::new(limit, offset);

    let links = list_query("search=a%26b&limit=x&offset=y").links(&url, page, count);

    let links: Vec<String> = links
        .split(", ")
        .map(|link| {
            let start = "<https://loggia.example/api/things/?search=a%26b&limit=10&offset=";
            let rest = link.strip_prefix(start).unwrap();
            let (offset, relation) = rest.split_once(">; rel=\"").unwrap();
            format!("{}:{offset}", relation.trim_end_matches('"'))
        })
        .collect();
    assert_eq!(links.join(" "), expected);
}

#[test]
fn a_whole_list_says_nothing_of_pages() {
    use actix_web::{Responder, test::TestRequest};

    let url: BaseUrl = "https://loggia.example/".parse().unwrap();
    let request = TestRequest::default().to_http_request();
    let found = Page::whole(vec![1, 2]);
    let reply = list_query("").reply::<crate::dialect::Drf, _>(&url, None, &found);
    let response = reply.respond_to(&request);
    assert!(!response.headers().contains_key("Link"));
    assert!(!response.headers().contains_key("X-Total-Count"));
}
