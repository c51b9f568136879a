//! Attempts as rows: what is filtered by stands in columns, what is only shown in one JSON text,
//! contents in `bodies` and `envelopes`, but for short answers.

use crate::{
    Error, Result,
    bodies::Bodies,
    bulk::{Columns, Script},
    conn::{json, number, parse},
    rows::{outcome, text, us},
    sql::sql_pair,
};
use domain::{
    delivery::{Attempt, Request, Response, Timing},
    id::{AttemptId, DeliveryId, EventId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

type Headers = Vec<(String, String)>;

#[derive(Serialize, Deserialize)]
struct Detail {
    message: Option<String>,
    request: Option<Sent>,
    response: Option<Answer>,
    timing: Timing,
}

#[derive(Serialize, Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: Headers,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Headers,
    truncated: bool,
    /// When it is short; else it stands in `bodies`.
    body: Option<String>,
}

/// The longest body of an answer, in bytes, that costs less here than a row of its own.
const SHORT: usize = 256;

fn is_short(body: &str) -> bool {
    body.len() <= SHORT
}

fn detail(attempt: &Attempt) -> Result<String> {
    let request = attempt.request.as_ref();
    let response = attempt.response.as_ref();
    json(&Detail {
        message: attempt.message.clone(),
        request: request.map(|r| Sent {
            method: r.method.clone(),
            url: r.url.clone(),
            headers: r.headers.clone(),
        }),
        response: response.map(|r| Answer {
            status: r.status,
            headers: r.headers.clone(),
            truncated: r.truncated,
            body: is_short(&r.body).then(|| r.body.clone()),
        }),
        timing: attempt.timing_ms,
    })
}

/// An attempt to be stored.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) event: EventId,
    pub(crate) delivery: DeliveryId,
    pub(crate) attempt: &'a Attempt,
    /// The hash of the request's body, which is among the contents already.
    pub(crate) sent: Option<Vec<u8>>,
}

/// Stores attempts; their contents are added to `bodies`, which the caller stores.
///
/// # Errors
/// An attempt has no id.
pub(crate) fn insert<'a>(script: &mut Script, new: &[New<'a>], bodies: &mut Bodies<'a>) -> Result<()> {
    let mut ids = Vec::with_capacity(new.len());
    let mut details = Vec::with_capacity(new.len());
    let mut contents = Vec::with_capacity(new.len());
    for New { event, attempt, sent, .. } in new {
        ids.push(attempt.id.ok_or_else(|| sqlx::Error::Encode("an attempt has no id".into()))?.key());
        details.push(detail(attempt)?);
        let answer = attempt.response.as_ref().map(|response| &response.body);
        let answer = answer.filter(|body| !is_short(body)).map(|body| bodies.add(*event, body));
        contents.push((sent.clone(), answer));
    }
    let columns = Columns::default()
        .ints(ids)
        .ints(new.iter().map(|n| n.delivery.key()))
        .ints(new.iter().map(|n| i64::from(n.attempt.number)))
        .ints(new.iter().map(|n| n.attempt.at.ms()))
        .ints(new.iter().map(|n| n.attempt.revision))
        .texts(new.iter().map(|n| n.attempt.outcome.as_str()))
        .texts(details.iter().map(String::as_str))
        .bytes(contents.iter().map(|(sent, _)| sent.clone()))
        .bytes(contents.iter().map(|(_, answer)| answer.clone()));
    script.add(sql_pair!("attempts/insert"), columns);
    Ok(())
}

/// What the log keeps of a delivery's last attempt: outcome, status, microseconds, moment.
pub(crate) fn summary(attempt: &Attempt) -> (&'static str, Option<i64>, i64, i64) {
    let status = attempt.response.as_ref().map(|response| i64::from(response.status));
    (attempt.outcome.as_str(), status, us(attempt.timing_ms.total), attempt.at.ms())
}

/// The columns of an attempt with its contents.
#[derive(sqlx::FromRow)]
pub(crate) struct AttemptColumns {
    id: i64,
    number: i64,
    at: i64,
    revision: i64,
    outcome: String,
    detail: String,
    request_body: Option<Vec<u8>>,
    request_text: Option<String>,
    response_body: Option<Vec<u8>>,
}

impl AttemptColumns {
    pub(crate) fn read(self) -> Result<Attempt> {
        let detail: Detail = parse("attempts.detail", &self.detail)?;
        let missing = || Error::Corrupt("bodies: a content is missing".to_owned());
        let request = match detail.request {
            None => None,
            Some(Sent { method, url, headers }) => {
                let body = match self.request_text {
                    Some(around_payload) => around_payload,
                    None => text(self.request_body.ok_or_else(missing)?)?,
                };
                Some(Request { method, url, headers, body })
            }
        };
        let response = match detail.response {
            None => None,
            Some(Answer { status, headers, truncated, body }) => {
                let body = match body {
                    Some(short) => short,
                    None => text(self.response_body.ok_or_else(missing)?)?,
                };
                Some(Response { status, headers, body, truncated })
            }
        };
        Ok(Attempt {
            id: Some(AttemptId::from_key(self.id)),
            number: number("attempts.number", self.number)?,
            at: Timestamp::from_ms(self.at),
            revision: self.revision,
            outcome: outcome(&self.outcome)?,
            message: detail.message,
            request,
            response,
            timing_ms: detail.timing,
        })
    }
}
