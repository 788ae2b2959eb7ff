use statelight::{asl, graph::Graph, syntax::Format};
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let d = asl::load(&text, Format::detect(&text)).definition;
    let mut t = Vec::new();
    for _ in 0..40 { #[allow(clippy::disallowed_methods)] let s = std::time::Instant::now(); let g = Graph::of(&d); t.push(s.elapsed().as_secs_f64()*1e3); std::hint::black_box(&g); }
    t.sort_by(f64::total_cmp);
    let g = Graph::of(&d);
    println!("median {:.3} ms, nodes {} edges {} {}x{}", t[20], g.nodes.len(), g.edges.len(), g.width, g.height);
}
