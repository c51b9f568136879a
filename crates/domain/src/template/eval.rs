//! Runs the statements of a template.

use super::{
    fuel::{Failure, Fuel},
    sink::Sink,
    value::Value,
};
use crate::format::Json;
use minijinja::machinery::{
    Span,
    ast::{Expr, ForLoop, IfCond, Stmt},
};

/// A failure and the byte of the template where it happened.
pub(super) type Stop = (usize, Failure);

/// Adds the place to a failure.
pub(super) trait At<T> {
    fn at(self, span: Span) -> Result<T, Stop>;
}
impl<T> At<T> for Result<T, Failure> {
    fn at(self, span: Span) -> Result<T, Stop> {
        self.map_err(|failure| (span.start_offset as usize, failure))
    }
}

/// Where a loop stands.
pub(super) struct Turn<'e> {
    pub(super) index: usize,
    pub(super) items: Vec<Value<'e>>,
}

/// The names of a block.
#[derive(Default)]
pub(super) struct Frame<'e> {
    pub(super) names: Vec<(&'e str, Value<'e>)>,
    pub(super) turn: Option<Turn<'e>>,
}

/// A running template.
pub(super) struct Machine<'e> {
    pub(super) source: &'e str,
    pub(super) root: &'e Json,
    pub(super) fuel: Fuel,
    pub(super) frames: Vec<Frame<'e>>,
    sink: Sink,
    /// The texts of `{% set name %}…{% endset %}` that are being made.
    captures: Vec<String>,
}

impl<'e> Machine<'e> {
    pub(super) fn new(source: &'e str, root: &'e Json, sink: Sink) -> Self {
        Self { source, root, fuel: Fuel::full(), frames: vec![Frame::default()], sink, captures: Vec::new() }
    }

    /// Runs the whole template; gives the output, or where and why it stopped.
    pub(super) fn run(mut self, template: &'e Stmt<'e>) -> Result<Sink, Stop> {
        self.statement(template)?;
        Ok(self.sink)
    }

    fn block(&mut self, statements: &'e [Stmt<'e>]) -> Result<(), Stop> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    /// Runs a block with names of its own.
    fn scoped(&mut self, frame: Frame<'e>, statements: &'e [Stmt<'e>]) -> Result<Frame<'e>, Stop> {
        self.frames.push(frame);
        self.block(statements)?;
        Ok(self.frames.pop().unwrap_or_default())
    }

    fn statement(&mut self, statement: &'e Stmt<'e>) -> Result<(), Stop> {
        match statement {
            Stmt::Template(template) => self.block(&template.children),
            Stmt::EmitRaw(raw) => self.literal(raw.raw).at(raw.span()),
            Stmt::EmitExpr(emit) => {
                let value = self.expr(&emit.expr)?;
                self.emit(&value, emit.span()).at(emit.span())
            }
            Stmt::ForLoop(each) => self.each(each, each.span()),
            Stmt::IfCond(condition) => self.condition(condition),
            Stmt::WithBlock(with) => {
                self.frames.push(Frame::default());
                for (target, expr) in &with.assignments {
                    let value = self.expr(expr)?;
                    self.assign(target, value)?;
                }
                let frame = self.frames.pop().unwrap_or_default();
                self.scoped(frame, &with.body).map(|_| ())
            }
            Stmt::Set(set) => {
                let value = self.expr(&set.expr)?;
                self.assign(&set.target, value)
            }
            Stmt::SetBlock(set) => {
                if let Some(filter) = &set.filter {
                    return Err("Filters belong into the expression: {{ name|filter }}.".to_owned())
                        .at(filter.span());
                }
                self.captures.push(String::new());
                self.scoped(Frame::default(), &set.body)?;
                let text = self.captures.pop().unwrap_or_default();
                self.assign(&set.target, Value::made(Json::String(text)))
            }
            Stmt::AutoEscape(block) => unavailable("autoescape").at(block.span()),
            Stmt::FilterBlock(block) => unavailable("filter").at(block.span()),
            Stmt::Do(block) => unavailable("do").at(block.span()),
        }
    }

    fn literal(&mut self, text: &'e str) -> Result<(), Failure> {
        self.fuel.bytes(text.len())?;
        match self.captures.last_mut() {
            Some(capture) => {
                capture.push_str(text);
                Ok(())
            }
            // The parser cuts literal text out of the source.
            None => self.sink.literal(text, text.as_ptr() as usize - self.source.as_ptr() as usize),
        }
    }

    fn emit(&mut self, value: &Value<'e>, span: Span) -> Result<(), Failure> {
        if matches!(value, Value::Space(_)) {
            return Err("A namespace has no text: write one of its members.".to_owned());
        }
        self.fuel.value(value.json())?;
        match self.captures.last_mut() {
            Some(capture) => {
                capture.push_str(&value.json().to_plain_text());
                Ok(())
            }
            None => self.sink.value(value, span.start_offset as usize),
        }
    }

    /// A chain of `elif` is a nest of conditions in the tree, but not on the stack.
    fn condition(&mut self, condition: &'e IfCond<'e>) -> Result<(), Stop> {
        let mut condition = condition;
        loop {
            if self.expr(&condition.expr)?.is_true() {
                return self.block(&condition.true_body);
            }
            match &condition.false_body[..] {
                [Stmt::IfCond(next)] => condition = next,
                otherwise => return self.block(otherwise),
            }
        }
    }

    fn each(&mut self, each: &'e ForLoop<'e>, span: Span) -> Result<(), Stop> {
        if each.recursive {
            return Err("Recursive loops are not available in body templates.".to_owned()).at(span);
        }
        let over = self.expr(&each.iter)?;
        let mut items = over.items(&mut self.fuel).at(each.iter.span())?;
        if let Some(filter) = &each.filter_expr {
            let mut kept = Vec::new();
            for item in items {
                self.frames.push(Frame::default());
                self.assign(&each.target, item.clone())?;
                if self.expr(filter)?.is_true() {
                    kept.push(item);
                }
                self.frames.pop();
            }
            items = kept;
        }
        if items.is_empty() {
            return self.scoped(Frame::default(), &each.else_body).map(|_| ());
        }
        let mut turn = Turn { index: 0, items };
        while let Some(item) = turn.items.get(turn.index).cloned() {
            self.fuel.step().at(span)?;
            self.frames.push(Frame { names: Vec::new(), turn: Some(turn) });
            self.assign(&each.target, item)?;
            let frame = self.frames.pop().unwrap_or_default();
            let frame = self.scoped(frame, &each.body)?;
            match frame.turn {
                Some(last) => turn = Turn { index: last.index + 1, items: last.items },
                None => break,
            }
        }
        Ok(())
    }

    /// Gives a name, several names or a member of a namespace its value.
    fn assign(&mut self, target: &'e Expr<'e>, value: Value<'e>) -> Result<(), Stop> {
        let span = target.span();
        self.fuel.step().at(span)?;
        match target {
            Expr::Var(var) => {
                let Some(Frame { names, .. }) = self.frames.last_mut() else { return Ok(()) };
                self.fuel.search(var.id, names.len()).at(span)?;
                match names.iter_mut().find(|(name, _)| *name == var.id) {
                    Some((_, place)) => *place = value,
                    None => names.push((var.id, value)),
                }
                Ok(())
            }
            Expr::List(list) => {
                let items = value.items(&mut self.fuel).at(span)?;
                if items.len() != list.items.len() {
                    return Err(format!("{} names stand here for {} values.", list.items.len(), items.len()))
                        .at(span);
                }
                list.items.iter().zip(items).try_for_each(|(target, item)| self.assign(target, item))
            }
            Expr::GetAttr(attr) => match (self.expr(&attr.expr)?, value) {
                (Value::Space(_), Value::Space(_)) => {
                    Err("A namespace can't hold a namespace.".to_owned()).at(span)
                }
                (Value::Space(space), value) => {
                    let mut members = space.borrow_mut();
                    match members.iter_mut().find(|(name, _)| name == attr.name) {
                        Some((_, place)) => *place = value,
                        None => members.push((attr.name.to_owned(), value)),
                    }
                    Ok(())
                }
                _ => Err("Only members of a namespace can be set.".to_owned()).at(span),
            },
            _ => Err("This can't be given a value.".to_owned()).at(span),
        }
    }
}

fn unavailable(name: &str) -> Result<(), Failure> {
    Err(format!("{{% {name} %}} is not available in body templates."))
}
