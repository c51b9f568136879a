//! A browser without JavaScript: sends forms, follows where they lead, reads the page.

use super::{Crier, Http, finish, http::Answer};

/// Of everybody who signs in.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody's browser.
pub(crate) struct Browser {
    http: Http,
    cookie: String,
}

/// A page and where it stands.
pub(crate) struct Page {
    /// Path, query and fragment that the browser was led to.
    pub(crate) address: String,
    pub(crate) text: String,
}

impl Browser {
    /// Nobody's: not signed in.
    pub(crate) fn stranger(crier: &Crier) -> Self {
        Self { http: Http::new(&crier.http.base), cookie: String::new() }
    }
    /// The first account's, made through the set-up link.
    pub(crate) async fn owner(crier: &Crier) -> Self {
        let token = crier.greeting[0].split("token=").nth(1).expect("a set-up link");
        let mut browser = Self::stranger(crier);
        let fields = [
            ("token", token),
            ("name", "Ann"),
            ("email", "ann@example.com"),
            ("password", PASSWORD),
            ("marketplace", "Ann's Academy"),
        ];
        browser.enter("/do/first-account", &fields).await;
        browser
    }
    /// Somebody's whom the owner added.
    pub(crate) async fn signed_in(crier: &Crier, email: &str) -> Self {
        let mut browser = Self::stranger(crier);
        browser.enter("/do/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        browser
    }
    async fn enter(&mut self, path: &str, fields: &[(&str, &str)]) {
        let answer = self.send(path, fields).await;
        let cookie = answer.headers.get("set-cookie").and_then(|line| line.split(';').next());
        cookie.expect("a session").clone_into(&mut self.cookie);
    }
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.request("POST", path).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        finish(request.header("accept", "text/html").body(body)).await
    }
    /// Sends a form and opens the page that it leads to.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.send(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
        let address = answer.headers["location"].clone();
        // What waits for somebody who is not signed in waits in a cookie.
        let waiting = answer.headers.get("set-cookie").and_then(|line| line.split(';').next());
        let cookie = if self.cookie.is_empty() { waiting.unwrap_or_default() } else { &self.cookie };
        self.open_with(&address, cookie).await
    }
    /// Opens a page that may say that it can't be shown.
    pub(crate) async fn open_whatever(&self, address: &str) -> Answer {
        finish(self.http.request("GET", address).header("cookie", &self.cookie)).await
    }
    /// Opens a page.
    pub(crate) async fn open(&self, address: &str) -> Page {
        self.open_with(address, &self.cookie).await
    }
    async fn open_with(&self, address: &str, cookie: &str) -> Page {
        let path = address.split('#').next().unwrap_or_default();
        let answer = finish(self.http.request("GET", path).header("cookie", cookie)).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text);
        Page { address: address.to_owned(), text: answer.text }
    }
}

impl Page {
    /// The start tag of the element with this id.
    pub(crate) fn tag(&self, id: &str) -> &str {
        let at =
            self.text.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no #{id}: {}", self.words()));
        let from = self.text[..at].rfind('<').expect("a tag");
        let to = at + self.text[at..].find('>').expect("its end");
        &self.text[from..to]
    }
    /// An attribute of the element with this id.
    pub(crate) fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let value = self.tag(id).split_once(&format!(" {name}=\""))?.1.split('"').next()?;
        Some(plain(value))
    }
    /// The value of the hidden field with this name.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\"")).expect("it is there");
        plain(rest.split('"').next().unwrap_or_default())
    }
    /// The words of the element with this id and what follows it, up to the end of its kind.
    pub(crate) fn words_of(&self, id: &str) -> String {
        let tag = self.tag(id);
        let name = tag[1..].split([' ', '>']).next().unwrap_or_default();
        let at = self.text.find(tag).expect("it was found") + tag.len() + 1;
        let inner = &self.text[at..];
        let (opens, closes) = (format!("<{name}"), format!("</{name}>"));
        let mut end = inner.find(&closes).unwrap_or(inner.len());
        while inner[..end].matches(&opens).count() > inner[..end].matches(&closes).count() {
            let Some(next) = inner[end + 1..].find(&closes) else { break };
            end += 1 + next;
        }
        words(&inner[..end])
    }
    /// Everything that can be read.
    pub(crate) fn words(&self) -> String {
        words(self.text.split_once("<main").map_or(self.text.as_str(), |(_, main)| main))
    }
    /// The entries of the summary of errors: the id that each leads to, and what it says.
    pub(crate) fn summary(&self) -> Vec<(String, String)> {
        let Some((_, summary)) = self.text.split_once(" id=\"form-errors\"") else { return Vec::new() };
        let list = summary.split("</ul>").next().unwrap_or_default();
        let entry = |item: &str| {
            let link =
                item.split_once("href=\"#").map(|(_, rest)| rest.split('"').next().unwrap_or_default());
            (link.unwrap_or_default().to_owned(), words(item.split("</li>").next().unwrap_or_default()))
        };
        list.split("<li>").skip(1).map(entry).collect()
    }
}

/// A text without its tags.
fn words(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text += part.split_once('>').map_or(part, |(_, text)| text);
        text.push(' ');
    }
    plain(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
