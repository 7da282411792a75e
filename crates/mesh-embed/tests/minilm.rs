//! The published model, where `make model` has fetched it: its vectors are those that the original's own code computes.

use std::time::Instant;

use mesh_embed::{Model, Vector, package};

fn minilm() -> Model {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/model/");
    let package = std::fs::read(format!("{file}{}", package::FILE)).expect("`make model` was run");
    let model = package::convert(&package).expect("is the published one");
    Model::from_bytes(model).expect("is a model")
}

/// The first numbers of both embeddings and their similarity in 32-bit floats, from the formulas of the paper in numpy and
/// the pieces of the original's tokenizer.
#[test]
#[ignore = "needs the model: make model"]
fn embeddings_are_those_of_the_original_to_two_decimals() {
    let model = minilm();
    let one = model.encode("This is an example sentence");
    let other = model.encode("Each sentence is converted");
    let exact = [
        [0.06765688, 0.0634959, 0.04871311, 0.07930498, 0.03744806],
        [0.08643858, 0.10276263, 0.00539453, 0.00204442, -0.00996338],
    ];
    for (embedding, exact) in [&one, &other].into_iter().zip(exact) {
        for (value, exact) in embedding.as_slice().iter().zip(exact) {
            assert!((value - exact).abs() < 0.005, "{value} for {exact}");
        }
    }
    assert!((one.similarity(&other) - 0.404_559).abs() < 0.01);
    let kept = Vector::of(&one).similarity(&Vector::of(&other));
    assert!((kept - 0.404_559).abs() < 0.05, "{kept}");
}

#[test]
#[ignore = "needs the model: make model"]
fn a_question_is_nearer_to_its_answer_than_to_one_that_shares_its_words() {
    let model = minilm();
    let question = model.encode("How do I shut the server down gracefully?");
    let answer = model.encode("Graceful shutdown: on SIGTERM open requests are finished first.");
    let words = model.encode("She shut the door gracefully, and the lift went down.");
    assert!(question.similarity(&answer) > question.similarity(&words));
}

#[test]
#[ignore = "needs the model: make model"]
fn a_question_takes_milliseconds() {
    let model = minilm();
    let mut fastest = u128::MAX;
    for _ in 0..20 {
        let started = Instant::now();
        let question = "How do I shut the server down gracefully while a client is connected?";
        assert_eq!(model.encode(question).as_slice().len(), 384);
        fastest = fastest.min(started.elapsed().as_millis());
    }
    assert!(fastest <= 20, "{fastest} ms");
}
