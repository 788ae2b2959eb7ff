//! The parts of the page, a file each; small ones that only draw are functions in `parts`.

pub mod editor;
pub mod parts;
pub mod studio;
pub mod topbar;
pub mod text_pane;
pub mod scenario_form;
pub mod stage;
pub mod graph_view;
pub mod graph_node;
pub mod viewport;
pub mod timeline_view;
pub mod inspector;
pub mod data_flow;
pub mod conversion;
pub mod state_test;
pub mod why;
pub mod event_list;
pub mod help;
pub mod dialogs;
pub mod fields;
pub mod files;
pub mod recorded;
pub mod many_runs;
pub mod waiting;
pub mod world_form;
pub mod world_panel;
