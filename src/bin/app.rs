//! The page and its worker: one wasm module that draws in a window and answers in a worker.

fn main() {
    statelight::app::start();
}
