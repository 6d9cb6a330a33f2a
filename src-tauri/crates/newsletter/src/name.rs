//! The name that was probably meant.

/// The nearest of the known names, if it is near enough to be worth asking about.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |known: &'a str| (strsim::jaro_winkler(name, known), known);
    let best = known.into_iter().map(score).max_by(|one, two| one.0.total_cmp(&two.0))?;
    (best.0 >= 0.8).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("firstname", ["first_name", "name"]), Some("first_name"));
        assert_eq!(nearest("audits", ["audit", "awards"]), Some("audit"));
        assert_eq!(nearest("shoe", ["first_name", "city"]), None);
    }
}
