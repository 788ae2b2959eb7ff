//! What the page holds.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    callback,
    child::Child,
    conversion::Conversion,
    files::MockCases,
    many::Many,
    recorded::Recorded,
    runs::{Kept, Pair},
    state_test::StateTest,
    testing::Testing,
    types::Types,
    undo::Undo,
    workflows::{Workflow, Workflows},
};
use crate::{
    asl::{
        self,
        model::{Definition, StateId},
    },
    author::Way,
    diagnostic::Diagnostic,
    graph::Graph,
    language::Document,
    playback::Playback,
    sim::{
        inspection::Inspection,
        scenario::Scenario,
        timeline::{Timeline, VisitId},
        trace::Trace,
    },
    syntax::Format,
    words::Language,
};

/// The whole state of the page. Cheap to clone: everything large is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// All of the reader's workflows, with which of them is open.
    pub workflows: Workflows,
    /// What the reader calls the workflow.
    pub name: Rc<str>,
    pub source: Rc<Source>,
    /// What is drawn: of the source, or while that is broken of the last one that was not.
    pub drawing: Rc<Drawing>,
    pub scenario: Rc<ScenarioText>,
    pub activity: Activity,
    /// What was sent to be run.
    pub asked: Option<Asked>,
    /// Where the playhead stands in the next run.
    pub resume: Option<Resume>,
    /// The last run that came to an end.
    pub run: Option<Rc<Run>>,
    /// What was last found inside visits of the run.
    pub look: Option<Rc<Look>>,
    /// The tests of the workflow, and what they come to.
    pub testing: Testing,
    /// The test of one state that is open.
    pub test: Option<Rc<StateTest>>,
    /// Standard and Express side by side that are open.
    pub types: Option<Rc<Types>>,
    /// Many runs at once that are open.
    pub many: Option<Rc<Many>>,
    /// A conversion to JSONata that is open.
    pub conversion: Option<Rc<Conversion>>,
    /// A recorded history that is open.
    pub recorded: Option<Rc<Recorded>>,
    /// A child execution that is open.
    pub child: Option<Rc<Child>>,
    /// A MockConfigFile that was opened, one of whose test cases is to be chosen.
    pub mocks: Option<Rc<MockCases>>,
    /// The last runs, the newest at the end, and how many there have been.
    pub kept: Rc<Vec<Kept>>,
    pub kept_count: u32,
    /// Two of them that are compared, while that is open.
    pub pair: Option<Pair>,
    /// The number of the newest run that was asked for.
    pub run_count: u32,
    pub player: Player,
    /// The states at whose entry playing stops, by their paths.
    pub breakpoints: Rc<BTreeSet<Rc<str>>>,
    /// The rules of good practice that are not told in this workflow.
    pub quiet: Rc<BTreeSet<Rc<str>>>,
    /// The rule whose section of the help is open.
    pub rule: Option<Rc<str>>,
    pub selection: Selection,
    /// What is open over the graph.
    pub menu: Option<Menu>,
    /// What can be undone, and done again.
    pub undo: Undo,
    pub panels: Panels,
    pub layout: Layout,
    pub theme: Theme,
    /// The language that was chosen; without one, the browser's.
    pub language: Option<Language>,
    /// The language that the page is in: the table of another one takes a moment to come.
    pub spoken: Language,
    /// Whether a newer build of the page lies ready.
    pub has_update: bool,
    pub notices: Rc<Vec<Notice>>,
    pub notice_count: u32,
    /// A place in the definition to show, and how often one was asked for.
    pub reveal: Option<Reveal>,
    pub reveal_count: u32,
}

/// A definition's text with all that is said of it.
#[derive(Debug)]
pub struct Source {
    pub text: Rc<str>,
    pub format: Format,
    pub definition: Rc<Definition>,
    /// As the editor asks it.
    pub document: Rc<Document>,
    /// Errors, warnings and remarks on good practice.
    pub diagnostics: Rc<[Diagnostic]>,
    pub is_runnable: bool,
    /// Whether it was checked as a machine of type Express.
    pub is_express: bool,
}

/// A definition laid out.
#[derive(Debug)]
pub struct Drawing {
    /// The text it was made from.
    pub text: Rc<str>,
    pub definition: Rc<Definition>,
    pub graph: SharedGraph,
}

/// A graph that is equal only to itself, so that views can tell at once that nothing has moved.
#[derive(Clone, Debug)]
pub struct SharedGraph(Rc<Graph>);

/// A scenario's text, and what it says if it can be read.
#[derive(Debug)]
pub struct ScenarioText {
    pub text: Rc<str>,
    pub scenario: Option<Rc<Scenario>>,
    pub diagnostics: Rc<[Diagnostic]>,
}

/// What is going on in the worker.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Activity {
    #[default]
    Idle,
    /// A run with this number has been sent to the worker and not come back.
    Running { id: u32 },
    /// The last run that was asked for did not take place, and why.
    Refused(Rc<str>),
}

/// Where the playhead goes on in a run that was made anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resume {
    /// After so many events: right before what is new.
    After(u32),
    /// At a virtual time, in microseconds since the start.
    At(i64),
}

/// The texts of a run that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub source: Rc<Source>,
    pub scenario: Rc<str>,
}

/// Which visits of a run to look into.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaze {
    pub run: Rc<Run>,
    /// The visit whose stages are shown, by the id of its `…StateEntered` event.
    pub visit: Option<u32>,
    /// The visits whose expressions are shown.
    pub visits: Rc<[u32]>,
}

/// What was found inside visits.
#[derive(Debug)]
pub struct Look {
    pub gaze: Gaze,
    pub inspection: Inspection,
}

/// A run that has come to an end, ready to be played.
#[derive(Debug)]
pub struct Run {
    pub id: u32,
    /// The definition's text at the time.
    pub text: Rc<str>,
    /// The scenario's text at the time.
    pub scenario: Rc<str>,
    pub definition: Rc<Definition>,
    pub trace: Rc<Trace>,
    pub timeline: Rc<Timeline>,
    pub playback: Rc<Playback>,
    /// Display times at which it stands still while it is played, for somebody has to answer.
    pub standstills: Vec<f64>,
    /// Whether running the scenario does not give it again, so that nothing can be looked into: it was recorded, or is a
    /// child execution.
    pub is_opaque: bool,
}

/// Where the playhead stands, and whether it moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Player {
    /// Milliseconds of display time at speed 1.
    pub playhead: f64,
    pub is_playing: bool,
    /// 1 is the display's own time; [`EVERY_FRAME`] a step for each picture of the screen.
    pub speed: f64,
    /// The stretch that is played again and again, in display time.
    pub looped: Option<(f64, f64)>,
}

/// The speed at which each frame of the screen is a step of the run.
pub const EVERY_FRAME: f64 = 1e6;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub state: Option<StateId>,
    /// A visit of the state, where the reader chose one; else the one at the playhead counts.
    pub visit: Option<VisitId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panels {
    pub text: TextTab,
    pub detail: DetailTab,
    /// The pane that a narrow screen shows.
    pub place: Place,
    pub is_gallery_open: bool,
    pub is_share_open: bool,
    pub is_help_open: bool,
    /// The commands, to be found by name.
    pub is_palette_open: bool,
    /// The data flow in columns, over the whole page.
    pub is_flow_wide: bool,
}

/// What is open over the graph, where the workflow is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// What can be done with a state.
    State(StateId),
    /// Which kind of state is to be inserted there.
    Kinds(Way),
    Rename(StateId),
    /// Where a way is to lead.
    Targets(Way),
    /// Where a new rule of a Choice is to lead.
    Rule(StateId),
    /// Where what fails in a state is to lead.
    Catch(StateId),
}

/// Where the splitters stand on a wide window, as shares of its width in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub text: f64,
    pub detail: f64,
}

impl Default for Layout {
    fn default() -> Self {
        Self { text: 33.0, detail: 26.0 }
    }
}

impl Layout {
    /// With every part wide enough to be used.
    pub fn clamped(self) -> Self {
        let usable = |share: f64, most: f64, else_: f64| if share.is_nan() { else_ } else { share.clamp(15.0, most) };
        let Self { text, detail } = Self::default();
        Self { text: usable(self.text, 55.0, text), detail: usable(self.detail, 50.0, detail) }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextTab {
    #[default]
    Definition,
    /// The scenario as a form.
    Scenario,
    /// The scenario as its JSON.
    ScenarioJson,
    /// Scenarios with expectations.
    Tests,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetailTab {
    #[default]
    Data,
    Flow,
    Attempts,
    /// The text of the chosen state.
    Definition,
    Events,
    /// What happened around the machine.
    World,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    Text,
    #[default]
    Graph,
    Data,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

/// Something the page has to say once.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub text: Rc<str>,
    /// The workflow whose deletion it tells, and can take back.
    pub deleted: Option<Rc<Workflow>>,
}

/// A range of bytes of the definition to select and scroll to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reveal {
    pub id: u32,
    pub start: usize,
    pub end: usize,
}

impl Session {
    /// A page that shows a definition and a scenario, nothing run so far.
    pub fn new(name: &str, definition: &str, scenario: &str) -> Self {
        let source = Rc::new(Source::read(definition.into(), false));
        Self {
            workflows: Workflows::default(),
            name: name.into(),
            drawing: Rc::new(Drawing::of(&source, None)),
            source,
            scenario: Rc::new(ScenarioText::read(scenario.into())),
            activity: Activity::Idle,
            asked: None,
            resume: None,
            run: None,
            look: None,
            testing: Testing::default(),
            test: None,
            conversion: None,
            many: None,
            types: None,
            recorded: None,
            child: None,
            mocks: None,
            kept: Rc::default(),
            kept_count: 0,
            pair: None,
            run_count: 0,
            player: Player { playhead: 0.0, is_playing: false, speed: 1.0, looped: None },
            breakpoints: Rc::default(),
            quiet: Rc::default(),
            rule: None,
            selection: Selection::default(),
            menu: None,
            undo: Undo::default(),
            panels: Panels::default(),
            layout: Layout::default(),
            theme: Theme::default(),
            language: None,
            spoken: Language::default(),
            has_update: false,
            notices: Rc::default(),
            notice_count: 0,
            reveal: None,
            reveal_count: 0,
        }
    }

    /// The run, as long as the text that is drawn is the one that was run.
    pub fn shown_run(&self) -> Option<&Rc<Run>> {
        self.run.as_ref().filter(|run| is_same_text(&run.text, &self.drawing.text))
    }
}

impl Run {
    /// A run of ours, by its trace.
    pub fn of(id: u32, text: Rc<str>, scenario: Rc<str>, definition: Rc<Definition>, trace: Rc<Trace>) -> Self {
        let timeline = Rc::new(Timeline::new(&trace, &definition));
        let playback = Rc::new(Playback::of(&trace));
        let standstills = callback::standstills(&trace, &playback);
        Self { id, text, scenario, definition, trace, timeline, playback, standstills, is_opaque: false }
    }
}

impl Source {
    pub fn read(text: Rc<str>, is_express: bool) -> Self {
        let format = Format::detect(&text);
        let document = Document::read(&text, format, is_express);
        let is_runnable = document.is_runnable;
        let diagnostics = document.diagnostics.clone();
        let definition = document.definition.clone();
        Self { text, format, definition, document: Rc::new(document), diagnostics, is_runnable, is_express }
    }

    /// Whether there is anything to draw, and it is not a torn part of what is being typed.
    pub fn is_drawable(&self) -> bool {
        let is_torn = self
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.is_error() && diagnostic.code == asl::INVALID_JSON.code);
        !is_torn && !self.definition.states.is_empty()
    }
}

impl Drawing {
    /// Takes the graph of the last drawing over where the new one is the same: most key presses
    /// move nothing.
    pub fn of(source: &Source, last: Option<&Self>) -> Self {
        let graph = Graph::of(&source.definition);
        let same = last.map(|last| &last.graph).filter(|last| *last.0 == graph).cloned();
        let graph = same.unwrap_or_else(|| SharedGraph(Rc::new(graph)));
        Self { text: source.text.clone(), definition: source.definition.clone(), graph }
    }
}

impl ScenarioText {
    pub fn read(text: Rc<str>) -> Self {
        match Scenario::parse(&text) {
            Ok(scenario) => Self { text, scenario: Some(Rc::new(scenario)), diagnostics: Rc::new([]) },
            Err(errors) => Self { text, scenario: None, diagnostics: errors.into() },
        }
    }
}

/// Whether two texts are equal. Most often they are one and the same, which shows without reading them: sessions are
/// compared for each frame of the screen.
pub fn is_same_text(a: &Rc<str>, b: &Rc<str>) -> bool {
    Rc::ptr_eq(a, b) || a == b
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        is_same_text(&self.text, &other.text) && self.is_express == other.is_express
    }
}

/// All else follows from the text.
impl PartialEq for ScenarioText {
    fn eq(&self, other: &Self) -> bool {
        is_same_text(&self.text, &other.text)
    }
}

/// What was found follows from where was looked.
impl PartialEq for Look {
    fn eq(&self, other: &Self) -> bool {
        self.gaze == other.gaze
    }
}

impl std::ops::Deref for SharedGraph {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        &self.0
    }
}

impl PartialEq for SharedGraph {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        is_same_text(&self.text, &other.text)
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
