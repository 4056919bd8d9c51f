//! Periods, lists and moments.

use std::{fmt::Debug, str::FromStr, time::Duration};

use ipnet::IpNet;
use loggia_http::AnySurface;

use crate::config::{List, Moment, Origin, Period};

#[test]
fn counts_time() {
    let check = |text: &str, secs: u64, shown: &str| {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.get(), Duration::from_secs(secs));
        assert_eq!(period.to_string(), shown);
    };
    check("90s", 90, "90s");
    check("60m", 3_600, "1h");
    check("36h", 129_600, "36h");
    check(" 1d ", 86_400, "1d");
    for text in
        ["", "m", "5", "0s", "-1m", "1.5h", "1h30m", "5 m", "5é", "4000d", "99999999999999999999s"]
    {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn reads_lists() {
    fn check<T: Debug + std::fmt::Display>(text: &str, expected: &str)
    where
        List<T>: FromStr<Err: Debug>,
    {
        assert_eq!(text.parse::<List<T>>().unwrap().to_string(), expected);
    }
    check::<String>("", "");
    check::<String>(" a, ,b,", "a,b");
    check::<IpNet>("10.0.0.0/8, ::1", "10.0.0.0/8,::1/128");
    check::<AnySurface>("v1, djoser", "v1,djoser");
    check::<Origin>(
        "HTTP://LocalHost:3000/, https://a.example.com:443",
        "http://localhost:3000,https://a.example.com",
    );
    for text in [
        "*",
        "null",
        "example.com",
        "https://a.example.com/x",
        "file:///x",
        "https://me@a.example.com",
    ] {
        assert!(text.parse::<List<Origin>>().is_err(), "{text}");
    }
}

#[test]
fn reads_moments() {
    let check = |text: &str, shown: &str| {
        let moment: Moment = text.parse().unwrap();
        assert_eq!(moment.to_string(), shown);
    };
    check("2026-11-01", "2026-11-01T00:00:00Z");
    check(" 2026-11-01T18:00:00Z ", "2026-11-01T18:00:00Z");
    check("2026-11-01T18:00:00.25+02:00", "2026-11-01T16:00:00.250Z");
    for text in [
        "",
        "2026",
        "2026-02-30",
        "01.11.2026",
        "2026-11-01T18:00:00",
        "2026-11-01T25:00:00Z",
        "tomorrow",
    ] {
        assert!(text.parse::<Moment>().is_err(), "{text}");
    }
}
