//! Works out the expressions of a template.

use super::{
    args::Args,
    checks,
    eval::{At, Frame, Machine, Stop, Turn},
    filters,
    fuel::Failure,
    ops,
    value::{Value, list},
};
use crate::format::{Json, number};
use minijinja::machinery::{
    Span,
    ast::{
        BinOp, BinOpKind, Call, CallArg, Compare, CompareOpKind, Expr, Filter, GetAttr, GetItem, IfExpr, Map,
        Slice, Test, UnaryOp, UnaryOpKind,
    },
};
use std::{cell::RefCell, rc::Rc};

/// The most numbers that `range` gives.
const MAX_RANGE: i64 = 10_000;

impl<'e> Machine<'e> {
    pub(super) fn expr(&mut self, expr: &'e Expr<'e>) -> Result<Value<'e>, Stop> {
        // One method for each kind: chains recurse here, and a frame should stay small.
        let span = expr.span();
        self.fuel.step().at(span)?;
        match expr {
            Expr::Const(constant) => self.constant(&constant.value, span).at(span),
            Expr::Var(var) => self.name(var.id).at(span),
            Expr::GetAttr(attr) => self.attribute(attr, span),
            Expr::GetItem(item) => self.subscript(item, span),
            Expr::Slice(slice) => self.slice(slice, span),
            Expr::UnaryOp(unary) => self.unary(unary, span),
            Expr::BinOp(binary) => self.binary(binary, span),
            Expr::Compare(compare) => self.compare(compare, span),
            Expr::IfExpr(choice) => self.choice(choice),
            Expr::Filter(filter) => self.filter(filter, span),
            Expr::Test(test) => self.test(test, span),
            Expr::Call(call) => self.call(call, span),
            Expr::List(items) => self.list(&items.items, span),
            Expr::Tuple(items) => self.list(&items.items, span),
            Expr::Map(map) => self.map(map, span),
        }
    }

    fn attribute(&mut self, attr: &'e GetAttr<'e>, span: Span) -> Result<Value<'e>, Stop> {
        if let (Expr::Var(var), Some(turn)) = (&attr.expr, self.turn())
            && var.id == "loop"
        {
            return turn.member(attr.name).at(span);
        }
        let value = self.expr(&attr.expr)?;
        value.child(attr.name, &mut self.fuel).at(span)
    }

    fn subscript(&mut self, item: &'e GetItem<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let value = self.expr(&item.expr)?;
        let place = self.expr(&item.subscript_expr)?;
        self.item(&value, &place).at(span)
    }

    fn slice(&mut self, slice: &'e Slice<'e>, span: Span) -> Result<Value<'e>, Stop> {
        if let Some(step) = &slice.step {
            return Err("A step in […:…:…] is not available.".to_owned()).at(step.span());
        }
        let value = self.expr(&slice.expr)?;
        let start = self.optional(slice.start.as_ref())?;
        let stop = self.optional(slice.stop.as_ref())?;
        ops::slice(&value, &start, &stop, &mut self.fuel).at(span)
    }

    fn unary(&mut self, unary: &'e UnaryOp<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let value = self.expr(&unary.expr)?;
        match unary.op {
            UnaryOpKind::Not => Ok(Value::made(!value.is_true())),
            UnaryOpKind::Neg => ops::negated(&value).at(span),
        }
    }

    fn binary(&mut self, binary: &'e BinOp<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let left = self.expr(&binary.left)?;
        match binary.op {
            BinOpKind::ScAnd if !left.is_true() => Ok(left),
            BinOpKind::ScOr if left.is_true() => Ok(left),
            BinOpKind::ScAnd | BinOpKind::ScOr => self.expr(&binary.right),
            op => {
                let right = self.expr(&binary.right)?;
                ops::binary(op, &left, &right, &mut self.fuel).at(span)
            }
        }
    }

    /// `a < b < c`
    fn compare(&mut self, compare: &'e Compare<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let mut left = self.expr(&compare.expr)?;
        for next in &compare.ops {
            let right = self.expr(&next.expr)?;
            let (op, wanted) = comparison(next.op);
            if ops::binary(op, &left, &right, &mut self.fuel).at(span)?.is_true() != wanted {
                return Ok(Value::made(false));
            }
            left = right;
        }
        Ok(Value::made(true))
    }

    fn choice(&mut self, choice: &'e IfExpr<'e>) -> Result<Value<'e>, Stop> {
        if self.expr(&choice.test_expr)?.is_true() {
            self.expr(&choice.true_expr)
        } else {
            self.optional(choice.false_expr.as_ref())
        }
    }

    fn filter(&mut self, filter: &'e Filter<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let input = self.optional(filter.expr.as_ref())?;
        let args = self.args(&filter.args)?;
        filters::apply(filter.name, input, &args, &mut self.fuel).at(span)
    }

    fn test(&mut self, test: &'e Test<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let value = self.expr(&test.expr)?;
        let args = self.args(&test.args)?;
        checks::holds(test.name, &value, &args, &mut self.fuel).map(Value::made).at(span)
    }

    fn map(&mut self, map: &'e Map<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let mut members = Vec::new();
        for (key, value) in map.keys.iter().zip(&map.values) {
            let key = self.expr(key)?;
            let name = self.fuel.text(&key).at(span)?.into_owned();
            let value = self.expr(value)?;
            members.push((name, value.copy(&mut self.fuel).at(span)?));
        }
        ops::object(members).at(span)
    }

    fn optional(&mut self, expr: Option<&'e Expr<'e>>) -> Result<Value<'e>, Stop> {
        expr.map_or(Ok(Value::Missing), |expr| self.expr(expr))
    }

    /// Numbers keep the spelling that they have in the template.
    fn constant(&mut self, value: &minijinja::Value, span: Span) -> Result<Value<'e>, Failure> {
        if let Some(text) = value.as_str() {
            self.fuel.bytes(text.len())?;
            return Ok(Value::made(text));
        }
        if value.is_number() {
            let written = self.source.get(span.start_offset as usize..span.end_offset as usize);
            let text = written
                .filter(|text| number::is_number(text))
                .map_or_else(|| value.to_string(), str::to_owned);
            return Ok(Value::made(Json::Number(text)));
        }
        Ok(if value.is_none() { Value::made(Json::Null) } else { Value::made(value.is_true()) })
    }

    fn name(&mut self, name: &str) -> Result<Value<'e>, Failure> {
        self.fuel.search(name, self.frames.iter().map(|frame| frame.names.len()).sum())?;
        let own = self.frames.iter().rev().find_map(|frame| frame.names.iter().find(|(own, _)| *own == name));
        Ok(match own {
            Some((_, value)) => value.clone(),
            None => self.root.child(name).map_or(Value::Missing, Value::Part),
        })
    }

    /// The innermost loop.
    fn turn(&self) -> Option<&Turn<'e>> {
        self.frames.iter().rev().find_map(|frame: &Frame<'e>| frame.turn.as_ref())
    }

    fn item(&mut self, value: &Value<'e>, place: &Value<'e>) -> Result<Value<'e>, Failure> {
        match place.json() {
            Json::String(name) => value.child(name, &mut self.fuel),
            Json::Number(text) => {
                let length = match value.json() {
                    Json::Array(items) => items.len(),
                    _ => return value.child(text, &mut self.fuel),
                };
                match text.parse::<i64>() {
                    Ok(at) if at < 0 => {
                        let from_end = usize::try_from(at.unsigned_abs()).ok();
                        match from_end.and_then(|from_end| length.checked_sub(from_end)) {
                            Some(at) => value.child(&at.to_string(), &mut self.fuel),
                            None => Ok(Value::Missing),
                        }
                    }
                    Ok(at) => value.child(&at.to_string(), &mut self.fuel),
                    Err(_) => Ok(Value::Missing),
                }
            }
            _ => Ok(Value::Missing),
        }
    }

    fn list(&mut self, items: &'e [Expr<'e>], span: Span) -> Result<Value<'e>, Stop> {
        let items = items.iter().map(|item| self.expr(item)).collect::<Result<Vec<_>, _>>()?;
        list(&items, &mut self.fuel).at(span)
    }

    fn args(&mut self, args: &'e [CallArg<'e>]) -> Result<Args<'e>, Stop> {
        let mut read = Args::default();
        for arg in args {
            match arg {
                CallArg::Pos(expr) => {
                    let value = self.expr(expr)?;
                    read.positional.push(value);
                }
                CallArg::Kwarg(name, expr) => {
                    let value = self.expr(expr)?;
                    read.named.push((*name, value));
                }
                CallArg::PosSplat(expr) | CallArg::KwargSplat(expr) => {
                    return Err("* and ** are not available here.".to_owned()).at(expr.span());
                }
            }
        }
        Ok(read)
    }

    fn call(&mut self, call: &'e Call<'e>, span: Span) -> Result<Value<'e>, Stop> {
        let args = self.args(&call.args)?;
        match &call.expr {
            Expr::Var(var) => match var.id {
                "range" => self.range(&args).at(span),
                "dict" => self.dict(&args).at(span),
                "namespace" => self.namespace(args).at(span),
                name => Err(format!("There is no function {name}().")).at(span),
            },
            Expr::GetAttr(attr) => match (&attr.expr, self.turn()) {
                (Expr::Var(var), Some(turn)) if var.id == "loop" && attr.name == "cycle" => {
                    let values = &args.positional;
                    let place = turn.index.checked_rem(values.len());
                    Ok(place.and_then(|place| values.get(place)).cloned().unwrap_or(Value::Missing))
                }
                _ => Err(format!(
                    "There is no function {}() on values: use a filter, “value|{}”.",
                    attr.name, attr.name
                ))
                .at(span),
            },
            _ => Err("This is no function.".to_owned()).at(span),
        }
    }

    fn range(&mut self, args: &Args<'e>) -> Result<Value<'e>, Failure> {
        let args = args.bind(&["start", "stop", "step"])?;
        let first = args.whole("start")?.ok_or("range() needs a number.")?;
        let (start, stop) = args.whole("stop")?.map_or((0, first), |stop| (first, stop));
        let step = args.whole("step")?.unwrap_or(1);
        // In 128 bits, where the extremes of 64 can be subtracted.
        let (distance, stride) = (i128::from(stop) - i128::from(start), i128::from(step));
        if stride == 0 {
            return Err("The step of range() can't be 0.".to_owned());
        }
        let length = (distance / stride + i128::from(distance % stride != 0)).max(0);
        if length > MAX_RANGE.into() {
            return Err(format!("range() gives {MAX_RANGE} numbers at most."));
        }
        self.fuel.items(usize::try_from(length).unwrap_or(usize::MAX))?;
        let mut numbers = Vec::new();
        let mut next = start;
        while (step > 0 && next < stop) || (step < 0 && next > stop) {
            numbers.push(Json::from(next));
            next = next.saturating_add(step);
        }
        Ok(Value::made(Json::Array(numbers)))
    }

    fn dict(&mut self, args: &Args<'e>) -> Result<Value<'e>, Failure> {
        let mut members = Vec::new();
        if let Some(Json::Object(first)) = args.positional.first().map(Value::json) {
            for (name, value) in first {
                self.fuel.bytes(name.len())?;
                self.fuel.copy(value)?;
                members.push((name.clone(), value.clone()));
            }
        }
        for (name, value) in &args.named {
            members.push(((*name).to_owned(), value.copy(&mut self.fuel)?));
        }
        ops::object(members)
    }

    fn namespace(&mut self, args: Args<'e>) -> Result<Value<'e>, Failure> {
        if args.named.iter().any(|(_, value)| matches!(value, Value::Space(_))) {
            return Err("A namespace can't hold a namespace.".to_owned());
        }
        let members = args.named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Value::Space(Rc::new(RefCell::new(members))))
    }
}

/// The operator of a comparison, and what it must give.
const fn comparison(op: CompareOpKind) -> (BinOpKind, bool) {
    match op {
        CompareOpKind::Eq => (BinOpKind::Eq, true),
        CompareOpKind::Ne => (BinOpKind::Ne, true),
        CompareOpKind::Lt => (BinOpKind::Lt, true),
        CompareOpKind::Lte => (BinOpKind::Lte, true),
        CompareOpKind::Gt => (BinOpKind::Gt, true),
        CompareOpKind::Gte => (BinOpKind::Gte, true),
        CompareOpKind::In => (BinOpKind::In, true),
        CompareOpKind::NotIn => (BinOpKind::In, false),
    }
}

impl<'e> Turn<'e> {
    /// `loop.index` and its siblings.
    fn member(&self, name: &str) -> Result<Value<'e>, Failure> {
        let (index, length) = (self.index, self.items.len());
        let number = |n: usize| Value::made(Json::Number(n.to_string()));
        let neighbour =
            |at: Option<usize>| at.and_then(|at| self.items.get(at)).cloned().unwrap_or(Value::Missing);
        Ok(match name {
            "index" => number(index + 1),
            "index0" => number(index),
            "revindex" => number(length - index),
            "revindex0" => number(length - index - 1),
            "length" => number(length),
            "first" => Value::made(index == 0),
            "last" => Value::made(index + 1 == length),
            "previtem" => neighbour(index.checked_sub(1)),
            "nextitem" => neighbour(Some(index + 1)),
            _ => return Err(format!("loop.{name} is unknown.")),
        })
    }
}
