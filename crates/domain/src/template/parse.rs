//! Source text → syntax tree, by MiniJinja's parser, with errors for people.

use super::{MAX_TEMPLATE_BYTES, TemplateError};
use crate::format::line_and_column;
use minijinja::{
    machinery::{Token, ast::Stmt, parse as parse_source, tokenize},
    syntax::SyntaxConfig,
};

/// The most tokens of one `{{ … }}` or `{% … %}`: parser, evaluator and the tree's destructor recurse
/// over chains such as `not not x` or `a + b + c`, and a stack is finite.
const MAX_TAG_TOKENS: usize = 500;

/// The most brackets inside each other, and the most blocks.
const MAX_NESTING: usize = 40;

/// The most `elif` of a template, which nest in the tree, too.
const MAX_ELIFS: usize = 100;

/// An error at a byte of the source.
pub(super) fn error_at(source: &str, offset: usize, message: impl Into<String>) -> TemplateError {
    let (line, column) = line_and_column(source, offset);
    TemplateError { message: message.into(), line: Some(line), column: Some(column) }
}

pub(super) fn parse(source: &str) -> Result<Stmt<'_>, TemplateError> {
    if source.len() > MAX_TEMPLATE_BYTES {
        return Err(TemplateError::new("The template is larger than 64 KiB."));
    }
    check_shape(source)?;
    parse_source(source, "template", SyntaxConfig::default()).map_err(|error| plain(source, &error))
}

/// Refuses what would recurse too deep, before MiniJinja's parser does.
fn check_shape(source: &str) -> Result<(), TemplateError> {
    let mut shape = Shape::default();
    for token in tokenize(source, false, SyntaxConfig::default()) {
        let (token, span) = token.map_err(|error| plain(source, &error))?;
        shape.follow(&token).map_err(|message| error_at(source, span.start_offset as usize, message))?;
    }
    Ok(())
}

/// What the tokens so far have opened.
#[derive(Default)]
struct Shape {
    /// Of this tag.
    tokens: usize,
    /// This tag is `{% … %}`.
    statement: bool,
    brackets: usize,
    /// This tag began as `{% set` and has no `=` yet.
    captures: bool,
    blocks: usize,
    elifs: usize,
}

impl Shape {
    fn follow(&mut self, token: &Token<'_>) -> Result<(), &'static str> {
        match token {
            Token::TemplateData(_) | Token::VariableStart | Token::BlockStart => {
                (self.tokens, self.brackets, self.captures) = (0, 0, false);
                self.statement = matches!(token, Token::BlockStart);
                return Ok(());
            }
            Token::Ident(name) if self.statement && self.tokens == 0 => match *name {
                "elif" => self.elifs += 1,
                "set" => self.captures = true,
                "for" | "if" | "with" | "filter" | "autoescape" => self.blocks += 1,
                name if name.starts_with("end") => self.blocks = self.blocks.saturating_sub(1),
                _ => {}
            },
            Token::Assign => self.captures = false,
            Token::BlockEnd if self.captures => self.blocks += 1,
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => self.brackets += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                self.brackets = self.brackets.saturating_sub(1);
            }
            _ => {}
        }
        self.tokens += 1;
        if self.tokens > MAX_TAG_TOKENS {
            return Err("This is too long for one tag: split it with {% set … %}.");
        }
        if self.brackets > MAX_NESTING || self.blocks > MAX_NESTING {
            return Err("This is nested too deep.");
        }
        if self.elifs > MAX_ELIFS {
            return Err("There are too many “elif” in this template.");
        }
        Ok(())
    }
}

/// The parser's error in a sentence.
fn plain(source: &str, error: &minijinja::Error) -> TemplateError {
    let detail = error.detail().unwrap_or("the template can't be read");
    let message = match detail.strip_prefix("unknown statement ") {
        Some(
            name @ ("macro" | "call" | "block" | "extends" | "include" | "import" | "from" | "continue"
            | "break"),
        ) => {
            format!("{{% {name} %}} is not available in body templates.")
        }
        Some(name) => format!("{{% {name} %}} is unknown."),
        None => format!("{}.", super::ops::capital(detail)),
    };
    match error.range() {
        Some(range) => error_at(source, range.start, message),
        None => TemplateError {
            message,
            line: error.line().and_then(|line| u32::try_from(line).ok()),
            column: Some(1),
        },
    }
}
