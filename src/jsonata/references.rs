//! What an expression refers to: the names it uses, the references that AWS refuses, and what AWS's version of the
//! language does not have.
//!
//! AWS evaluates without an input document, so that at the top level `$` and a field's name refer to nothing: it
//! refuses them when a machine is made, and `$$` everywhere. The body of a function has the context of the expression
//! that defines it; the later steps of a path, its predicates, sort keys and groupings have one of their own.

use std::collections::BTreeSet;

use jlens_core::{
    Ast, Node, NodeKind,
    ast::{BinaryOp, Group, SortTerm, Stage, TransformDef},
    stack,
};

use super::{Remark, SyntaxError, UNSUPPORTED, functions};
use crate::text::Span;

pub(super) struct Found<'a> {
    /// The names of all variables and functions, without `$`.
    pub names: BTreeSet<&'a str>,
    /// The first reference that AWS refuses.
    pub refused: Option<SyntaxError>,
    pub remarks: Vec<Remark>,
    /// Whether numbers are computed, and not only handed on.
    pub computes: bool,
    pub uses: Uses,
}

/// What an expression makes use of, beside names.
#[derive(Clone, Copy, Default)]
pub(super) struct Uses {
    /// Functions of its own.
    pub functions: bool,
    /// Functions with some of their arguments: `$pad(?, 3)`.
    pub partial: bool,
    pub regular_expressions: bool,
    /// Functions of the language under other names: `$f := $append`.
    pub aliases: bool,
}

pub(super) fn find(ast: &Ast) -> Found<'_> {
    let mut found =
        Found { names: BTreeSet::new(), refused: None, remarks: Vec::new(), computes: false, uses: Uses::default() };
    found.visit(&ast.root, true);
    found
}

impl<'a> Found<'a> {
    /// `is_top`: whether the node is evaluated without a context.
    fn visit(&mut self, node: &'a Node, is_top: bool) {
        if stack::exhausted() {
            return;
        }
        stack::grow(|| {
            self.visit_attributes(node);
            self.visit_kind(node, is_top);
        });
    }

    /// What is attached to a step has the step's items for context.
    fn visit_attributes(&mut self, node: &'a Node) {
        for stage in node.attrs.stages.iter().chain(&node.attrs.predicate) {
            if let Stage::Filter { expr, .. } = stage {
                self.visit(expr, false);
            }
        }
        if let Some(group) = &node.attrs.group {
            let Group { pairs, .. } = &**group;
            for (key, value) in pairs {
                self.visit(key, false);
                self.visit(value, false);
            }
        }
    }

    fn visit_kind(&mut self, node: &'a Node, is_top: bool) {
        match &node.kind {
            NodeKind::Variable { name } => self.variable(node, name, is_top),
            NodeKind::Name { name } if is_top => self.refuse_at_top(
                node,
                name,
                format!("write `$states.input.{name}` for the state's input, or `${name}` for a variable"),
            ),
            NodeKind::Path { steps, .. } => {
                for (index, step) in steps.iter().enumerate() {
                    self.visit(step, is_top && index == 0);
                }
            }
            NodeKind::Sort { terms } => terms.iter().for_each(|SortTerm { expr, .. }| self.visit(expr, false)),
            NodeKind::Transform(transform) => {
                let TransformDef { pattern, update, delete } = &**transform;
                [Some(pattern), Some(update), delete.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|part| self.visit(part, false));
            }
            NodeKind::Fallback { op, lhs, rhs } => {
                self.visit(lhs, is_top);
                self.visit(rhs, is_top);
                let cure = match op.symbol() {
                    "??" => "write `$exists(a) ? a : b`",
                    _ => "write `a ? a : b`",
                };
                let message = format!("`{}` came with JSONata 2.1; AWS has 2.0.6, which does not know it", op.symbol());
                self.remarks.push(Remark { message, hint: cure.to_owned(), span: span(node) });
            }
            NodeKind::Binary { op, lhs, rhs } => {
                self.computes |= is_arithmetic(*op);
                self.visit(lhs, is_top);
                self.visit(rhs, is_top);
            }
            NodeKind::Apply { lhs, rhs } => {
                self.visit(lhs, is_top);
                self.visit(rhs, is_top);
            }
            // The left side is a variable that is bound, not read.
            NodeKind::Bind { rhs, .. } => self.visit(rhs, is_top),
            NodeKind::Negate { expr } => {
                self.computes = true;
                self.visit(expr, is_top);
            }
            NodeKind::Array { items } | NodeKind::Block { exprs: items, .. } => {
                items.iter().for_each(|item| self.visit(item, is_top));
            }
            NodeKind::Object { pairs } => {
                for (key, value) in pairs {
                    self.visit(key, is_top);
                    self.visit(value, is_top);
                }
            }
            NodeKind::Condition { condition, then, otherwise } => {
                [Some(condition), Some(then), otherwise.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|part| self.visit(part, is_top));
            }
            NodeKind::Function { procedure, args } | NodeKind::Partial { procedure, args } => {
                self.uses.partial |= matches!(node.kind, NodeKind::Partial { .. });
                self.called(procedure);
                let aliases = self.uses.aliases;
                self.visit(procedure, is_top);
                self.uses.aliases &= aliases || !matches!(procedure.kind, NodeKind::Variable { .. });
                args.iter().for_each(|argument| self.visit(argument, is_top));
            }
            NodeKind::Lambda(lambda) => {
                self.uses.functions = true;
                self.visit(&lambda.body, is_top);
            }
            NodeKind::Regex { .. } => self.uses.regular_expressions = true,
            NodeKind::Name { .. }
            | NodeKind::String { .. }
            | NodeKind::Number { .. }
            | NodeKind::Bool { .. }
            | NodeKind::Null
            | NodeKind::Wildcard
            | NodeKind::Descendant
            | NodeKind::Parent { .. }
            | NodeKind::Placeholder
            | NodeKind::Error { .. } => {}
        }
    }

    fn variable(&mut self, node: &Node, name: &'a str, is_top: bool) {
        let cure = "write `$states.input` for the state's input";
        match name {
            "$" => self.refuse(node, "Reference to '$$' is not supported.".to_owned(), cure.to_owned()),
            "" if is_top => self.refuse_at_top(node, "$", cure.to_owned()),
            _ => {
                self.uses.aliases |= functions::is_function(name);
                self.names.insert(name);
            }
        }
    }

    fn called(&mut self, procedure: &Node) {
        if matches!(&procedure.kind, NodeKind::Variable { name } if name == "eval") {
            let message = "AWS has no `$eval`: the call fails when it is evaluated".to_owned();
            self.remarks.push(Remark { message, hint: "`$parse` reads JSON texts".to_owned(), span: span(procedure) });
        }
    }

    fn refuse_at_top(&mut self, node: &Node, name: &str, hint: String) {
        self.refuse(node, format!("Reference to '{name}' at the top level is not supported."), hint);
    }

    fn refuse(&mut self, node: &Node, message: String, hint: String) {
        let error = SyntaxError { code: UNSUPPORTED, message, hint: Some(hint), span: span(node) };
        self.refused.get_or_insert(error);
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod)
}

fn span(node: &Node) -> Span {
    Span::new(node.span.start, node.span.end)
}
