//! What can happen to the page, as past-tense facts.

use std::rc::Rc;

use super::{
    callback::Deed,
    editing,
    files::File,
    model::{DetailTab, Layout, Look, Menu, Place, TextTab, Theme},
    playing::Leap,
    recorded::Side,
    runs::Pair,
    state_test::Draft,
    testing,
    types::Compared,
    workflows,
};
use crate::{
    asl::model::StateId,
    author::Change,
    convert::report::Report,
    exchange::replay::Replayed,
    library::Sample,
    sim::{scenario::Scenario, survey::Survey, timeline::VisitId, trace::Trace},
    words::Language,
};

/// Where the choice of a state can go from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    /// To the first state inside a Parallel or Map.
    In,
    /// To the Parallel or Map around it.
    Out,
}

#[derive(Clone, Debug)]
pub enum Action {
    /// The reader changed the definition.
    SourceEdited(Rc<str>),
    /// The reader changed the scenario's JSON.
    ScenarioEdited(Rc<str>),
    /// The reader changed the scenario by form.
    ScenarioChanged(Rc<Scenario>),
    /// The reader changed the world around the machine, by form: a run that was shown is made anew.
    WorldChanged(Rc<Scenario>),
    Renamed(Rc<str>),
    /// A menu over the graph is to be open, or none.
    MenuAsked(Option<Menu>),
    /// The workflow was changed on its graph.
    Authored(Change),
    /// Something was done with the text by name.
    Editing(editing::Deed),
    /// The last change of definition, scenario or name is to be undone.
    UndoAsked,
    /// What was undone last is to be done again.
    RedoAsked,
    /// A sample, a link or a file was opened: name, definition, scenario.
    Opened {
        name: Rc<str>,
        definition: Rc<str>,
        scenario: Rc<str>,
        /// A file of tests; empty where there are none.
        tests: Rc<str>,
    },
    /// Something was done with the tests of the workflow.
    Tests(testing::Deed),
    /// Something was done with one of the reader's workflows.
    Workflow(workflows::Deed),
    /// Files of the reader's were opened, of whatever kind they are.
    FilesOpened(Rc<[File]>),
    /// One test case of a MockConfigFile was chosen: its machine and its name.
    MockCaseChosen {
        machine: Rc<str>,
        case: Rc<str>,
    },
    MocksClosed,
    /// A recorded history was read and compared, or why it was not.
    Replayed {
        id: u32,
        outcome: Result<Rc<Replayed>, Rc<str>>,
    },
    /// The recording is to be read anew, with the definition as it is now.
    RecordingReread,
    RunsToggled(bool),
    /// Two of the kept runs are to be compared.
    PairChosen(Pair),
    KeptRenamed {
        id: u32,
        name: Rc<str>,
    },
    /// A kept run is to be shown, with the definition and scenario that it is of; perhaps at one of its events.
    KeptShown {
        id: u32,
        event: Option<u32>,
    },
    /// A child execution was asked for: which Map Run of the run, and which index.
    ChildAsked {
        map_run: u32,
        index: u32,
    },
    ChildAnswered {
        id: u32,
        outcome: Result<Rc<Trace>, Rc<str>>,
    },
    ChildClosed,
    /// Of the recording and our run of it, one was chosen.
    SideChosen(Side),
    /// The place was asked for at which both part.
    DifferenceAsked,
    /// The scenario lifted out of the recording is to be the page's.
    RecordingKept,
    RecordingClosed,
    RunAsked,
    RunFinished {
        id: u32,
        trace: Rc<Trace>,
    },
    /// The run did not take place, or did not come back.
    RunRefused {
        id: u32,
        reason: Rc<str>,
    },
    RunStopped,
    /// A person answered a token, or took a message, at the playhead.
    Done(Deed),
    /// The newest of such decisions is taken back.
    DeedTakenBack,
    /// Visits of a run were looked into.
    Inspected(Rc<Look>),
    /// The reader wants to test the chosen state alone.
    TestOpened,
    TestEdited(Draft),
    TestAsked,
    /// The response of the API, or why there is none.
    TestAnswered {
        id: u32,
        outcome: Result<Rc<serde_json::Value>, Rc<str>>,
    },
    TestClosed,
    /// The mock of the test that is open is to be the scenario's answer for its state.
    MockKept,
    /// The default answer that a task got, by its `…Succeeded` event, is to be the scenario's.
    DefaultKept(u32),
    /// The display clock went on by so many milliseconds.
    Ticked(f64),
    /// The playhead was put to a display time.
    Seeked(f64),
    /// The playhead was put right after an event.
    EventChosen(u32),
    /// One step on, or back.
    Stepped {
        back: bool,
    },
    /// The playhead is to go further than a step.
    Leapt(Leap),
    /// A breakpoint was set on a state, or taken away.
    BreakToggled(StateId),
    /// A stretch of display time is to be looped, or none.
    LoopChosen(Option<(f64, f64)>),
    /// The visit in the details is to be looped, or nothing any more.
    LoopToggled,
    PlayToggled,
    SpeedChosen(f64),
    /// A state was chosen in the graph; `None` is none.
    StateChosen(Option<StateId>),
    /// The choice went from a state to a neighbour of it.
    StateMoved {
        from: StateId,
        to: Direction,
    },
    VisitChosen(VisitId),
    /// The cursor moved in the definition, to a byte offset.
    CursorMoved(usize),
    /// The reader asked why the run failed.
    WhyAsked,
    /// A place in the definition was asked for, by its byte offsets.
    PlaceAsked {
        start: usize,
        end: usize,
    },
    TextTabChosen(TextTab),
    DetailTabChosen(DetailTab),
    PlaceChosen(Place),
    GalleryToggled(bool),
    ShareToggled(bool),
    HelpToggled(bool),
    PaletteToggled(bool),
    FlowWidened(bool),
    /// A conversion to JSONata was asked for, of the machine or of the chosen state.
    ConversionOpened {
        is_whole: bool,
    },
    ConversionAnswered {
        id: u32,
        outcome: Result<Rc<Report>, Rc<str>>,
    },
    /// Many runs were asked for, and how many.
    ManyOpened,
    ManyAsked(u32),
    /// Some of them are done.
    ManyAnswered {
        id: u32,
        outcome: Result<Rc<Survey>, Rc<str>>,
    },
    ManyClosed,
    /// Standard and Express were asked for side by side, or once more.
    TypesOpened,
    TypesAnswered {
        id: u32,
        outcome: Result<Rc<Compared>, Rc<str>>,
    },
    TypesClosed,
    ConversionApplied,
    ConversionClosed,
    ThemeChosen(Theme),
    LanguageChosen(Language),
    /// The texts of a language are there.
    LanguageCame(Language),
    /// A splitter was moved.
    LayoutChosen(Layout),
    /// A newer build of the page lies ready.
    UpdateFound,
    Noticed(Rc<str>),
    NoticeDismissed(u32),
}

impl Action {
    /// A sample was opened.
    pub fn opened(sample: &Sample) -> Self {
        Self::Opened {
            name: (&*sample.title).into(),
            definition: sample.definition.into(),
            scenario: sample.scenario.into(),
            tests: sample.tests.into(),
        }
    }
}
