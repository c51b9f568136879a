//! A chapter's Markdown as HTML.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// What follows in a chapter under this heading is for those who check Crier, and stays in the book.
const FOR_CHECKS: &str = "Every item";

/// Draws a chapter without its title, which is the page's. Links between chapters lead to their pages, and headings
/// can be linked to.
pub(super) fn html(text: &'static str) -> String {
    let text = text.split(&format!("\n## {FOR_CHECKS}\n")).next().unwrap_or(text);
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    if let Some(end) = events.iter().position(|event| *event == Event::End(TagEnd::Heading(HeadingLevel::H1)))
    {
        events.drain(..=end);
    }
    for at in 0..events.len() {
        let heading = matches!(events[at], Event::Start(Tag::Heading { .. }));
        let anchor = if heading { slug(&events[at + 1..]) } else { String::new() };
        match &mut events[at] {
            Event::Start(Tag::Heading { id, .. }) => *id = Some(anchor.into()),
            Event::Start(Tag::Link { dest_url, .. }) => *dest_url = page_of(dest_url),
            _ => {}
        }
    }
    let mut html = String::new();
    push_html(&mut html, events.into_iter());
    // What is wide scrolls by itself, with the keyboard too.
    html.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"chapter-table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
}

/// A heading's text as the book's anchors are written: `Private networks` is `private-networks`.
fn slug(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let texts = inside.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    let words = texts.collect::<String>().to_lowercase();
    words
        .chars()
        .filter_map(|c| if c.is_alphanumeric() { Some(c) } else { (c == ' ' || c == '-').then_some('-') })
        .collect()
}

/// Where a link leads: to the page of a chapter, or as it stands.
fn page_of(link: &str) -> CowStr<'static> {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    match file.strip_suffix(".md") {
        Some(chapter) if !file.contains("://") => {
            let name = chapter.rsplit('/').next().unwrap_or(chapter);
            let name = if name == "index" { "" } else { name };
            format!("/guide/{name}{anchor}").trim_end_matches('/').to_owned().into()
        }
        _ => link.to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::book, *};

    #[test]
    fn links_lead_to_pages_and_headings_have_anchors() {
        let made = html(
            "# T\n\n## Private *networks*\n\nSee [a](../operators.md#private-networks), [b](moving/index.md) and [c](https://x.example/a.md).\n\n## Every item\n\n| a |\n|---|\n",
        );
        assert_eq!(
            made,
            "<h2 id=\"private-networks\">Private <em>networks</em></h2>\n<p>See <a href=\"/guide/operators#private-networks\">a</a>, \
             <a href=\"/guide\">b</a> and <a href=\"https://x.example/a.md\">c</a>.</p>\n"
        );
    }

    #[test]
    fn no_link_of_a_chapter_is_dead() {
        let pages: Vec<(String, String)> =
            book::all().map(|chapter| (format!("/guide/{}", chapter.name), html(chapter.text))).collect();
        let mut links = 0;
        for (from, html) in &pages {
            for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let own = format!("{from}{link}");
                let link = if link.starts_with('#') { own.as_str() } else { link };
                let Some(path) = link.strip_prefix("/guide/") else { continue };
                links += 1;
                let (name, anchor) = path.split_once('#').unwrap_or((path, ""));
                let found = pages.iter().find(|(page, _)| page.ends_with(&format!("/{name}")));
                let (_, target) = found.unwrap_or_else(|| panic!("{from} links to {link}"));
                assert!(
                    anchor.is_empty() || target.contains(&format!("id=\"{anchor}\"")),
                    "{from} links to {link}"
                );
            }
        }
        assert!(links > 10, "{links}");
    }
}
