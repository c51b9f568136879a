//! Which fields a template reads, and which of them no sample has: mostly misspelled names.

use super::parse;
use crate::{
    format::{Json, line_and_column},
    topic::Topic,
};
use minijinja::machinery::ast::{CallArg, Expr, Stmt};

/// A path that a template reads and that no sample has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// As the template writes it: `payload.user.emial`, or `item.nmae` inside a loop.
    pub path: String,
    /// Line in the template, from 1.
    pub line: u32,
    /// Column in the template, in characters from 1.
    pub column: u32,
}

/// What a template reads that is in the sample of none of `topics`, in the order of the template.
///
/// Names of loops and `{% set %}` are followed to where their values come from. What a template
/// asks for with `is defined` or `|default(…)` is known to be missing at times, and left out.
#[must_use]
pub fn unknown_fields(template: &str, topics: &[Topic]) -> Vec<UnknownField> {
    let roots: Vec<Json> = topics.iter().map(crate::body::sample_root).collect();
    let Ok(tree) = parse::parse(template) else { return Vec::new() };
    let mut reader = Reader { source: template, scopes: vec![Vec::new()], reads: Vec::new() };
    reader.statement(&tree);
    let mut unknown: Vec<UnknownField> = Vec::new();
    for read in reader.reads {
        let known = roots.iter().any(|root| exists(root, &read.steps));
        let path = template.get(read.start..read.end).unwrap_or_default();
        if !known && !unknown.iter().any(|other| other.path == path) {
            let (line, column) = line_and_column(template, read.start);
            unknown.push(UnknownField { path: path.to_owned(), line, column });
        }
    }
    unknown
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    /// Any item of a list.
    Item,
}

/// A path that is read, and where the template writes it.
struct Read {
    steps: Vec<Step>,
    start: usize,
    end: usize,
}

/// Whether a value has something at a path; what a sample leaves open (null, no items) counts.
fn exists(value: &Json, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    match (value, step) {
        (Json::Null, _) | (Json::Object(_), Step::Item) => true,
        (Json::Object(_), Step::Name(name)) => value.child(name).is_some_and(|value| exists(value, rest)),
        (Json::Array(items), Step::Name(name)) if name.parse::<i64>().is_err() || items.is_empty() => {
            items.is_empty()
        }
        (Json::Array(items), _) => items.is_empty() || items.iter().any(|item| exists(item, rest)),
        _ => false,
    }
}

/// Names of a block and the paths that they stand for; `None` for computed values.
type Scope<'s> = Vec<(&'s str, Option<Vec<Step>>)>;

/// Walks the tree as it would run, with the names that blocks give.
struct Reader<'s> {
    source: &'s str,
    scopes: Vec<Scope<'s>>,
    reads: Vec<Read>,
}

impl<'s> Reader<'s> {
    fn block(&mut self, statements: &[Stmt<'s>]) {
        self.scopes.push(Vec::new());
        statements.iter().for_each(|statement| self.statement(statement));
        self.scopes.pop();
    }

    fn statement(&mut self, statement: &Stmt<'s>) {
        match statement {
            Stmt::Template(template) => template.children.iter().for_each(|child| self.statement(child)),
            Stmt::EmitExpr(emit) => self.read(&emit.expr),
            Stmt::ForLoop(each) => {
                let over = self.path(&each.iter).map(|mut steps| {
                    steps.push(Step::Item);
                    steps
                });
                self.read(&each.iter);
                self.scopes.push(Vec::new());
                self.name(&each.target, over.as_deref());
                self.scopes.last_mut().into_iter().for_each(|scope| scope.push(("loop", None)));
                each.filter_expr.iter().for_each(|filter| self.read(filter));
                self.block(&each.body);
                self.scopes.pop();
                self.block(&each.else_body);
            }
            Stmt::IfCond(condition) => {
                self.read(&condition.expr);
                condition.true_body.iter().for_each(|child| self.statement(child));
                condition.false_body.iter().for_each(|child| self.statement(child));
            }
            Stmt::WithBlock(with) => {
                self.scopes.push(Vec::new());
                for (target, expr) in &with.assignments {
                    self.set(target, expr);
                }
                self.block(&with.body);
                self.scopes.pop();
            }
            Stmt::Set(set) => self.set(&set.target, &set.expr),
            Stmt::SetBlock(set) => {
                self.block(&set.body);
                self.name(&set.target, None);
            }
            _ => {}
        }
    }

    fn set(&mut self, target: &Expr<'s>, expr: &Expr<'s>) {
        let path = self.path(expr);
        self.read(expr);
        self.name(target, path.as_deref());
    }

    fn name(&mut self, target: &Expr<'s>, path: Option<&[Step]>) {
        match target {
            Expr::Var(var) => {
                let scope = self.scopes.last_mut().into_iter();
                scope.for_each(|scope| scope.push((var.id, path.map(<[Step]>::to_vec))));
            }
            Expr::List(list) => list.items.iter().for_each(|target| self.name(target, None)),
            _ => {}
        }
    }

    /// The path that an expression stands for, when it only picks a part of the event.
    fn path(&self, expr: &Expr<'s>) -> Option<Vec<Step>> {
        let step = |expr: &Expr<'s>, step: Step| {
            let mut steps = self.path(expr)?;
            steps.push(step);
            Some(steps)
        };
        match expr {
            Expr::Var(var) => {
                let own = self
                    .scopes
                    .iter()
                    .rev()
                    .find_map(|scope| scope.iter().rev().find(|(name, _)| *name == var.id));
                own.map_or_else(|| Some(vec![Step::Name(var.id.to_owned())]), |(_, path)| path.clone())
            }
            Expr::GetAttr(attr) => step(&attr.expr, Step::Name(attr.name.to_owned())),
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(constant) if constant.value.is_integer() => step(&item.expr, Step::Item),
                Expr::Const(constant) => step(&item.expr, Step::Name(constant.value.as_str()?.to_owned())),
                _ => None,
            },
            Expr::Filter(filter) => match filter.name {
                "first" | "last" | "min" | "max" => step(filter.expr.as_ref()?, Step::Item),
                "sort" | "reverse" | "list" | "unique" | "select" | "reject" | "selectattr"
                | "rejectattr" => self.path(filter.expr.as_ref()?),
                _ => None,
            },
            _ => None,
        }
    }

    /// Notes what an expression reads.
    fn read(&mut self, expr: &Expr<'s>) {
        match expr {
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => match self.path(expr) {
                Some(steps) => {
                    let start = first_byte(expr);
                    let end = (expr.span().end_offset as usize).min(self.source.len());
                    self.reads.push(Read { steps, start, end });
                }
                None => self.read_inside(expr),
            },
            _ => self.read_inside(expr),
        }
    }

    fn read_inside(&mut self, expr: &Expr<'s>) {
        match expr {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::GetAttr(attr) => self.read(&attr.expr),
            Expr::GetItem(item) => {
                self.read(&item.expr);
                self.read(&item.subscript_expr);
            }
            Expr::Slice(slice) => {
                self.read(&slice.expr);
                [&slice.start, &slice.stop].into_iter().flatten().for_each(|bound| self.read(bound));
            }
            Expr::UnaryOp(unary) => self.read(&unary.expr),
            Expr::BinOp(binary) => {
                self.read(&binary.left);
                self.read(&binary.right);
            }
            Expr::Compare(compare) => {
                self.read(&compare.expr);
                compare.ops.iter().for_each(|op| self.read(&op.expr));
            }
            Expr::IfExpr(choice) => {
                self.read(&choice.test_expr);
                self.read(&choice.true_expr);
                choice.false_expr.iter().for_each(|expr| self.read(expr));
            }
            Expr::Filter(filter) => {
                let asks = matches!(filter.name, "default" | "d");
                filter.expr.iter().filter(|_| !asks).for_each(|expr| self.read(expr));
                self.args(&filter.args);
            }
            Expr::Test(test) => {
                let asks = matches!(test.name, "defined" | "undefined");
                if !asks {
                    self.read(&test.expr);
                }
                self.args(&test.args);
            }
            Expr::Call(call) => self.args(&call.args),
            Expr::List(list) => list.items.iter().for_each(|item| self.read(item)),
            Expr::Tuple(list) => list.items.iter().for_each(|item| self.read(item)),
            Expr::Map(map) => map.keys.iter().chain(&map.values).for_each(|expr| self.read(expr)),
        }
    }

    fn args(&mut self, args: &[CallArg<'s>]) {
        for arg in args {
            match arg {
                CallArg::Pos(expr)
                | CallArg::Kwarg(_, expr)
                | CallArg::PosSplat(expr)
                | CallArg::KwargSplat(expr) => {
                    self.read(expr);
                }
            }
        }
    }
}

/// Where the name at the start of a path stands.
fn first_byte(expr: &Expr<'_>) -> usize {
    match expr {
        Expr::GetAttr(attr) => first_byte(&attr.expr),
        Expr::GetItem(item) => first_byte(&item.expr),
        Expr::Filter(filter) => filter.expr.as_ref().map_or(filter.span().start_offset as usize, first_byte),
        other => other.span().start_offset as usize,
    }
}
