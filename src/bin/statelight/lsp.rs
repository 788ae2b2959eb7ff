//! The language server: what the page's editor knows, for any editor that speaks the Language Server Protocol, over
//! standard input and output. Serves `*.asl.json` and `*.asl.yaml`; what a scenario beside the file,
//! `NAME.scenario.json`, leads to is what completion knows of the data.

use std::{collections::HashMap, error::Error, fs, path::PathBuf};

use lsp_server::{Connection, ErrorCode, ExtractError, Message, Notification, Request, Response};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability, CompletionItem,
    CompletionItemKind, CompletionOptions, CompletionParams, CompletionTextEdit, DiagnosticSeverity,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams,
    DocumentSymbol, DocumentSymbolParams, Documentation, GotoDefinitionParams, Hover, HoverContents, HoverParams,
    HoverProviderCapability, InsertTextFormat, Location, MarkupContent, MarkupKind, NumberOrString, OneOf, Position,
    PrepareRenameResponse, PublishDiagnosticsParams, Range, ReferenceParams, RenameOptions, RenameParams,
    SelectionRange, SelectionRangeParams, SelectionRangeProviderCapability, ServerCapabilities, SymbolKind,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextEdit, Uri, WorkspaceEdit,
    notification, notification::Notification as _, request, request::Request as _,
};
use serde::{Serialize, de::DeserializeOwned};
use statelight::{
    diagnostic::{Diagnostic, Severity},
    language::{self, Completion, Document, Kind, Known, Symbol, format, names},
    sim::scenario::Scenario,
    syntax::{Format, edit::Edit},
    text::{LineIndex, Span, byte_offset, utf16_offset},
};

type Failed = Box<dyn Error + Sync + Send>;

/// Serves one editor until it says that it is over.
pub fn serve() -> Result<(), Failed> {
    let (connection, threads) = Connection::stdio();
    connection.initialize(serde_json::to_value(capabilities())?)?;
    let mut server = Server { connection, files: HashMap::new() };
    server.listen()?;
    // The threads end when nobody speaks to them any more.
    drop(server);
    threads.join()?;
    Ok(())
}

fn capabilities() -> ServerCapabilities {
    let signs = ["\"", ".", "$", "%", " "].map(str::to_owned).to_vec();
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(signs),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        ..ServerCapabilities::default()
    }
}

struct Server {
    connection: Connection,
    files: HashMap<String, File>,
}

/// A file that is open.
struct File {
    text: String,
    lines: LineIndex,
    document: Document,
    /// What the scenario beside it leads to, once that was asked for.
    known: Option<Known>,
    scenario: Option<PathBuf>,
}

impl File {
    fn read(uri: &Uri, text: String) -> Self {
        let path = uri.path().as_str();
        let format = match path.rsplit('.').next() {
            Some("yaml" | "yml") => Format::Yaml,
            _ => Format::detect(&text),
        };
        let stem = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml"];
        let is_file = uri.scheme().is_some_and(|scheme| scheme.as_str() == "file");
        let decoded = || uri.path().as_estr().decode().into_string_lossy().into_owned();
        let scenario = is_file.then(|| {
            let path = decoded();
            let bare = stem.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(&path).to_owned();
            PathBuf::from(format!("{bare}.scenario.json"))
        });
        let document = Document::read(&text, format, false);
        Self { lines: LineIndex::new(&text), document, known: None, scenario, text }
    }

    fn known(&mut self) -> &Known {
        let (document, path) = (&self.document, &self.scenario);
        self.known.get_or_insert_with(|| {
            let text = path.as_ref().and_then(|path| fs::read_to_string(path).ok());
            let scenario = text.and_then(|text| Scenario::parse(&text).ok()).unwrap_or_default();
            match document.is_runnable {
                true => Known::of_scenario(&document.definition, &scenario),
                false => Known::default(),
            }
        })
    }

    fn offset(&self, position: Position) -> usize {
        let Some(line) = self.lines.line_span(&self.text, position.line as usize) else { return self.text.len() };
        line.start + byte_offset(&self.text[line.range()], position.character as usize)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines.position(&self.text, offset).line - 1;
        let start = self.lines.line_span(&self.text, line).map_or(0, |span| span.start);
        let column = utf16_offset(&self.text[start..], offset.saturating_sub(start));
        Position::new(line as u32, column as u32)
    }

    fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    fn edit(&self, edit: &Edit) -> TextEdit {
        TextEdit::new(self.range(edit.span), edit.text.clone())
    }

    /// What differs between the text and another, as one edit.
    fn difference(&self, new: &str) -> TextEdit {
        let old = &self.text;
        let same = |(a, b): &(char, char)| a == b;
        let start: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let end: usize =
            old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        TextEdit::new(self.range(Span::new(start, old.len() - end)), new_rest[..new_rest.len() - end].to_owned())
    }
}

impl Server {
    fn listen(&mut self) -> Result<(), Failed> {
        while let Ok(message) = self.connection.receiver.recv() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.connection.sender.send(Message::Response(response))?;
                }
                Message::Notification(notification) => self.note(notification)?,
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    fn note(&mut self, told: Notification) -> Result<(), Failed> {
        match told.method.as_str() {
            notification::DidOpenTextDocument::METHOD => {
                let DidOpenTextDocumentParams { text_document } = serde_json::from_value(told.params)?;
                self.take(text_document.uri, text_document.text)
            }
            notification::DidChangeTextDocument::METHOD => {
                let params: DidChangeTextDocumentParams = serde_json::from_value(told.params)?;
                match params.content_changes.into_iter().next_back() {
                    Some(change) => self.take(params.text_document.uri, change.text),
                    None => Ok(()),
                }
            }
            notification::DidCloseTextDocument::METHOD => {
                let DidCloseTextDocumentParams { text_document } = serde_json::from_value(told.params)?;
                self.files.remove(text_document.uri.as_str());
                self.publish(text_document.uri, Vec::new())
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, uri: Uri, text: String) -> Result<(), Failed> {
        let file = File::read(&uri, text);
        let told = file.document.diagnostics.iter().map(|it| told(&file, it)).collect();
        self.files.insert(uri.as_str().to_owned(), file);
        self.publish(uri, told)
    }

    fn publish(&self, uri: Uri, diagnostics: Vec<lsp_types::Diagnostic>) -> Result<(), Failed> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
        let told = Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), params);
        Ok(self.connection.sender.send(Message::Notification(told))?)
    }

    fn answer(&mut self, request: Request) -> Response {
        match request.method.as_str() {
            request::Completion::METHOD => self.with::<CompletionParams, _>(request, |server, params| {
                let at = params.text_document_position;
                Ok(server.file(&at.text_document.uri)?.complete(at.position))
            }),
            request::HoverRequest::METHOD => self.with::<HoverParams, _>(request, |server, params| {
                let at = params.text_document_position_params;
                Ok(server.file(&at.text_document.uri)?.hover(at.position))
            }),
            request::GotoDefinition::METHOD => self.with::<GotoDefinitionParams, _>(request, |server, params| {
                let at = params.text_document_position_params;
                let uri = at.text_document.uri.clone();
                let file = server.file(&uri)?;
                let found =
                    file.name(at.position).and_then(|(name, _)| names::made_at(&file.document, &file.text, &name));
                Ok(found.map(|span| Location::new(uri, file.range(span))))
            }),
            request::References::METHOD => self.with::<ReferenceParams, _>(request, |server, params| {
                let at = params.text_document_position;
                let uri = at.text_document.uri.clone();
                let file = server.file(&uri)?;
                let Some((name, _)) = file.name(at.position) else { return Ok(Vec::new()) };
                let uses = names::uses(&file.document, &file.text, &name);
                let wanted = uses.iter().filter(|used| params.context.include_declaration || !used.is_made);
                Ok(wanted.map(|used| Location::new(uri.clone(), file.range(used.span))).collect())
            }),
            request::PrepareRenameRequest::METHOD => {
                self.with::<TextDocumentPositionParams, _>(request, |server, at| {
                    let file = server.file(&at.text_document.uri)?;
                    let found = file.name(at.position).map(|(_, span)| PrepareRenameResponse::RangeWithPlaceholder {
                        range: file.range(span),
                        placeholder: file.text[span.range()].to_owned(),
                    });
                    Ok(found)
                })
            }
            request::Rename::METHOD => self.with::<RenameParams, _>(request, |server, params| {
                let at = params.text_document_position;
                let uri = at.text_document.uri.clone();
                let file = server.file(&uri)?;
                let (name, _) = file.name(at.position).ok_or("there is no name of a state or variable here")?;
                let edits = names::rename(&file.document, &file.text, &name, &params.new_name)?;
                Ok(changes(uri, edits.iter().map(|edit| file.edit(edit)).collect()))
            }),
            request::DocumentSymbolRequest::METHOD => {
                self.with::<DocumentSymbolParams, _>(request, |server, params| {
                    let file = server.file(&params.text_document.uri)?;
                    let symbols = language::outline(&file.document.definition);
                    Ok(symbols.iter().map(|symbol| outlined(file, symbol)).collect::<Vec<_>>())
                })
            }
            request::Formatting::METHOD => self.with::<DocumentFormattingParams, _>(request, |server, params| {
                let file = server.file(&params.text_document.uri)?;
                let indent = (params.options.tab_size as usize).clamp(1, 8);
                let written = format::format(&file.text, file.document.format, indent);
                let written = written.map_err(|refusal| refusal.words().to_owned())?;
                Ok(if written == file.text { Vec::new() } else { vec![file.difference(&written)] })
            }),
            request::CodeActionRequest::METHOD => self.with::<CodeActionParams, _>(request, |server, params| {
                let uri = params.text_document.uri.clone();
                Ok(server.file(&uri)?.actions(&uri, params.range))
            }),
            request::SelectionRangeRequest::METHOD => {
                self.with::<SelectionRangeParams, _>(request, |server, params| {
                    let file = server.file(&params.text_document.uri)?;
                    Ok(params.positions.iter().map(|at| file.around(*at)).collect::<Vec<_>>())
                })
            }
            method => {
                let words = format!("`{method}` is not served");
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, words)
            }
        }
    }

    fn file(&mut self, uri: &Uri) -> Result<&mut File, String> {
        self.files.get_mut(uri.as_str()).ok_or_else(|| format!("`{}` is not open", uri.as_str()))
    }

    fn with<P: DeserializeOwned, R: Serialize>(
        &mut self,
        request: Request,
        answer: impl FnOnce(&mut Self, P) -> Result<R, String>,
    ) -> Response {
        let (id, method) = (request.id.clone(), request.method.clone());
        let params = match request.extract::<P>(&method) {
            Ok((_, params)) => params,
            Err(ExtractError::JsonError { error, .. }) => {
                return Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string());
            }
            Err(ExtractError::MethodMismatch(request)) => {
                return Response::new_err(request.id, ErrorCode::InvalidRequest as i32, request.method);
            }
        };
        match answer(self, params) {
            Ok(result) => Response::new_ok(id, result),
            Err(words) => Response::new_err(id, ErrorCode::RequestFailed as i32, words),
        }
    }
}

impl File {
    fn name(&self, position: Position) -> Option<(names::Name, Span)> {
        names::name_at(&self.document, &self.text, self.offset(position))
    }

    fn complete(&mut self, position: Position) -> Vec<CompletionItem> {
        let offset = self.offset(position);
        self.known();
        let known = self.known.as_ref().expect("it was just asked for");
        let Some(found) = language::complete(&self.text, &self.document, known, offset) else { return Vec::new() };
        let range = self.range(found.span);
        let typed = self.text.get(found.span.start..offset).unwrap_or_default();
        let quote = typed.chars().next().filter(|first| matches!(first, '"' | '\''));
        let item = |(index, item): (usize, &Completion)| CompletionItem {
            label: item.label.clone(),
            kind: Some(match item.kind {
                Kind::Field => CompletionItemKind::PROPERTY,
                Kind::State => CompletionItemKind::CLASS,
                Kind::Value => CompletionItemKind::ENUM_MEMBER,
                Kind::Variable => CompletionItemKind::VARIABLE,
                Kind::Function => CompletionItemKind::FUNCTION,
                Kind::Data => CompletionItemKind::FIELD,
                Kind::Snippet => CompletionItemKind::SNIPPET,
            }),
            detail: (!item.detail.is_empty()).then(|| item.detail.clone()),
            documentation: (!item.doc.is_empty()).then(|| markdown_doc(&item.doc)),
            sort_text: Some(format!("{index:04}")),
            // Editors filter by what stands there already, with its quote.
            filter_text: quote.map(|quote| format!("{quote}{}", item.label)),
            insert_text_format: Some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, snippet(item)))),
            ..CompletionItem::default()
        };
        found.items.iter().enumerate().map(item).collect()
    }

    fn hover(&mut self, position: Position) -> Option<Hover> {
        let offset = self.offset(position);
        self.known();
        let known = self.known.as_ref().expect("it was just asked for");
        let found = language::hover(&self.text, &self.document, known, offset)?;
        let (first, rest) = found.lines.split_first()?;
        let value =
            std::iter::once(format!("**{first}**")).chain(rest.iter().cloned()).collect::<Vec<_>>().join("\n\n");
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range: Some(self.range(found.span)) })
    }

    /// The cures of what is said of a range.
    fn actions(&self, uri: &Uri, range: Range) -> Vec<CodeActionOrCommand> {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        let touched = self.document.diagnostics.iter().filter(|it| it.span.start <= end && start <= it.span.end);
        let mut actions = Vec::new();
        for diagnostic in touched {
            for (index, cure) in diagnostic.cures.iter().enumerate() {
                let Some(cured) = language::cured(&self.text, self.document.format, cure) else { continue };
                actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: cure.title.replace('`', ""),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: Some(vec![told(self, diagnostic)]),
                    edit: Some(changes(uri.clone(), vec![self.difference(&cured)])),
                    is_preferred: Some(index == 0),
                    ..CodeAction::default()
                }));
            }
        }
        actions
    }

    fn around(&self, position: Position) -> SelectionRange {
        let offset = self.offset(position);
        let spans = language::around(&self.document, Span::new(offset, offset));
        let outermost = SelectionRange { range: self.range(Span::new(0, self.text.len())), parent: None };
        spans
            .iter()
            .rev()
            .fold(outermost, |parent, span| SelectionRange { range: self.range(*span), parent: Some(Box::new(parent)) })
    }
}

fn told(file: &File, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::HINT,
    };
    let message = match &diagnostic.hint {
        Some(hint) => format!("{}: {hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    lsp_types::Diagnostic {
        range: file.range(diagnostic.span),
        severity: Some(severity),
        code: Some(NumberOrString::String(diagnostic.rule.to_owned())),
        source: Some("statelight".to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

fn outlined(file: &File, symbol: &Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.iter().map(|child| outlined(file, child)).collect();
    #[expect(deprecated, reason = "the field is a part of the type")]
    DocumentSymbol {
        name: if symbol.name.is_empty() { "?".to_owned() } else { symbol.name.clone() },
        detail: Some(symbol.detail.clone()),
        kind: SymbolKind::CLASS,
        tags: None,
        deprecated: None,
        range: file.range(symbol.span),
        selection_range: file.range(symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn changes(uri: Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..WorkspaceEdit::default() }
}

fn markdown_doc(text: &str) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text.to_owned() })
}

/// A completion's text in the protocol's form of snippets.
fn snippet(item: &Completion) -> String {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
    let (mut out, mut at) = (String::new(), 0);
    for (index, stop) in item.stops.iter().enumerate() {
        out += &escaped(&item.text[at..stop.start]);
        out += &format!("${{{}:{}}}", index + 1, escaped(&item.text[stop.range()]));
        at = stop.end;
    }
    out + &escaped(&item.text[at..])
}
