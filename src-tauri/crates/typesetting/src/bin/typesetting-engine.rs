//! The page engine as a program of its own, for tests and measurements; the app runs it from its own executable.

fn main() -> std::io::Result<()> {
    typesetting::serve()
}
