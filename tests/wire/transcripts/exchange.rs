//! One line of a transcript: the request, the changes made before it, and the accepted responses.

use serde_json::{Map, Value};

/// A recorded exchange with the accepted responses of our server.
///
/// Source of the format: the transcripts' own README, «One line of a transcript».
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Unique in its file.
    pub(crate) id: String,
    pub(crate) surface: String,
    pub(crate) request: Recorded,
    /// At least one of these must match; never empty.
    pub(crate) expect: Vec<Alternative>,
    /// Variable and dotted path into the body of the response.
    pub(crate) save: Vec<(String, String)>,
    pub(crate) hooks: Vec<Hook>,
    /// The headers of the recorded response, as Django sent them.
    pub(crate) recorded_headers: Map<String, Value>,
}

/// A request as stored in the file, with `${name}` not yet filled in.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

/// One accepted response.
#[derive(Debug)]
pub(crate) struct Alternative {
    /// The origin: `recording`, `target`, or a paragraph of the contract.
    pub(crate) basis: String,
    /// A number, or a matcher for it.
    pub(crate) status: Value,
    /// `None`: not compared. `Some(Null)`: the body must be empty.
    pub(crate) body: Option<Value>,
    /// A value of `None`: the header must be absent.
    pub(crate) headers: Vec<(String, Option<String>)>,
    /// One entry per email; `None`: emails are not compared.
    pub(crate) mail: Option<Vec<Value>>,
}

/// A change made directly in the services just before an exchange.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) name: String,
    pub(crate) arguments: Map<String, Value>,
}

impl Exchange {
    /// Parses a line.
    ///
    /// # Errors
    /// A sentence that names what the line lacks. A line without `expect` is an error, because the expected response
    /// cannot be derived.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        let whole: Value =
            serde_json::from_str(line).map_err(|error| format!("not JSON ({error}): {line}"))?;
        let id = text(&whole, "id").map_err(|error| format!("{error}: {line}"))?;
        Self::of(&whole, &id).map_err(|error| format!("{id}: {error}"))
    }

    fn of(whole: &Value, id: &str) -> Result<Self, String> {
        let expect =
            list(whole, "expect")?.iter().map(Alternative::of).collect::<Result<Vec<_>, _>>()?;
        if expect.is_empty() {
            return Err("`expect` is empty".to_owned());
        }
        Ok(Self {
            id: id.to_owned(),
            surface: text(whole, "surface")?,
            request: Recorded::of(member(whole, "request")?)?,
            expect,
            save: texts(whole.get("save"))?,
            hooks: hooks(whole.get("hooks"))?,
            recorded_headers: object(member(whole, "response")?, "headers")?.clone(),
        })
    }
}

impl Recorded {
    fn of(request: &Value) -> Result<Self, String> {
        Ok(Self {
            method: text(request, "method")?,
            path: text(request, "path")?,
            headers: texts(request.get("headers"))?,
            body: member(request, "body")?.clone(),
        })
    }
}

impl Alternative {
    fn of(value: &Value) -> Result<Self, String> {
        let headers = object(value, "headers")?
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)))
            .collect();
        Ok(Self {
            basis: text(value, "basis")?,
            status: member(value, "status")?.clone(),
            body: value.get("body").cloned(),
            headers,
            mail: value.get("mail").and_then(Value::as_array).cloned(),
        })
    }

    /// Returns whether the order of keys is compared.
    ///
    /// A recorded body has its keys in the order in which the library wrote them; the others were written by hand, in
    /// no particular order.
    pub(crate) fn fixes_key_order(&self) -> bool {
        self.basis == "recording"
    }
}

fn member<'a>(value: &'a Value, key: &str) -> Result<&'a Value, String> {
    value.get(key).ok_or_else(|| format!("no `{key}`"))
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    member(value, key)?.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is no string"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    member(value, key)?.as_array().ok_or_else(|| format!("`{key}` is no list"))
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>, String> {
    member(value, key)?.as_object().ok_or_else(|| format!("`{key}` is no object"))
}

/// Returns the pairs of an object of strings, or no pairs if the object is missing.
fn texts(value: Option<&Value>) -> Result<Vec<(String, String)>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let pairs = value.as_object().ok_or("an object of strings was due")?;
    pairs
        .iter()
        .map(|(key, value)| {
            let value = value.as_str().ok_or_else(|| format!("`{key}` is no string"))?;
            Ok((key.clone(), value.to_owned()))
        })
        .collect()
}

fn hooks(value: Option<&Value>) -> Result<Vec<Hook>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let hooks = value.as_array().ok_or("`hooks` is no list")?;
    hooks
        .iter()
        .map(|hook| {
            let name = hook.get(0).and_then(Value::as_str);
            let arguments = hook.get(1).and_then(Value::as_object);
            match (name, arguments) {
                (Some(name), Some(arguments)) => {
                    Ok(Hook { name: name.to_owned(), arguments: arguments.clone() })
                }
                _ => Err(format!("not a hook: {hook}")),
            }
        })
        .collect()
}
