//! Files that a careless or ill-meaning hand put into an issue: a finding each, within seconds, and nothing is read
//! that lies outside.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use magazine::{Article, Code, Finding, IssueSettings, Publication, PublicationSettings};

/// Far above what it takes, so that a busy machine does not fail it.
const LIMIT: Duration = Duration::from_secs(90);

fn read(text: &str) -> (Article, Vec<Finding>) {
    let since = Instant::now();
    let read = Article::read("a", "a.md", text, "en");
    assert!(since.elapsed() < LIMIT, "{:?} for {} bytes", since.elapsed(), text.len());
    read
}

fn has(findings: &[Finding], code: Code) -> bool {
    findings.iter().any(|finding| finding.code == code)
}

#[test]
fn ten_thousand_nested_quotes_are_flattened_with_a_finding() {
    let deep = 10_000;
    for text in [
        format!("{} deep", ">".repeat(deep)),
        format!("{}deep", "- ".repeat(deep)),
        format!("{}deep{}", "*a **b ".repeat(deep), "** *".repeat(deep)),
        format!("{}deep{}", "[".repeat(deep), "](https://a.b)".repeat(deep)),
        format!("{}deep{}", "![".repeat(deep), "](x)".repeat(deep)),
        "[^1]".repeat(deep) + "\n\n[^1]: [^1]\n",
        "| a ".repeat(deep) + "\n" + &"|-".repeat(deep) + "\n" + &"| b ".repeat(deep),
    ] {
        let (article, findings) = read(&format!("---\ntitle: T\n---\n{text}\n"));
        assert!(!article.manuscript.blocks.is_empty());
        drop((article, findings));
    }
    let (_, findings) = read(&format!("---\ntitle: T\n---\n{} deep\n", ">".repeat(deep)));
    assert!(has(&findings, Code::TooDeep), "{findings:?}");
}

#[test]
fn a_hundred_megabytes_of_text_are_refused_at_once() {
    let text = "---\ntitle: T\n---\n".to_owned() + &"Words and more words.\n".repeat(100_000_000 / 22);
    let (article, findings) = read(&text);
    assert!(has(&findings, Code::TooLarge));
    assert!(article.manuscript.blocks.is_empty());
    let (_, findings) = read(&text.replacen("---\n", "", 1));
    assert!(has(&findings, Code::TooLarge));
}

#[test]
fn front_matter_that_unfolds_without_end_is_a_finding() {
    let laughs: String = (1..30).map(|n| format!("l{n}: &l{n} [{}]\n", format!("*l{},", n - 1).repeat(10))).collect();
    for yaml in [
        format!("l0: &l0 ha\n{laughs}"),
        format!("title: {}", "[".repeat(10_000)),
        format!("title:\n{}x", "- ".repeat(10_000)),
        format!("title: {}", "{a: ".repeat(10_000)),
        format!("title: {}", "? ".repeat(10_000)),
        (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(),
    ] {
        let (article, findings) = read(&format!("---\n{yaml}\n---\nWords.\n"));
        assert!(!findings.is_empty());
        assert_eq!(article.manuscript.words(), 1);
    }
}

#[test]
fn toml_that_unfolds_without_end_is_a_finding() {
    let (publication, _) = PublicationSettings::read("p.toml", "name = \"P\"");
    for toml in [
        format!("title = {}", "[".repeat(10_000)),
        format!("title = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("a{} = 1", ".a".repeat(10_000)),
        format!("[a{}]", ".a".repeat(10_000)),
        format!("title = {}1", "{ a = ".repeat(10_000)),
    ] {
        let since = Instant::now();
        let (_, findings) = IssueSettings::read("2026-q4".parse().unwrap(), "issue.toml", &toml, &publication);
        assert!(!findings.is_empty());
        assert!(since.elapsed() < LIMIT);
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_issue_are_findings_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("assets/publication.toml", "name = \"P\"\n");
    write("secret.md", "---\ntitle: Secret\n---\ncanary\n");
    write("secret.svg", "<svg>canary</svg>");
    write("elsewhere/inner.svg", "<svg>canary</svg>");
    write(
        "issues/2026-q2/issue.toml",
        "title = \"One\"\nrunning-order = [{ article = \"a\" }, { article = \"linked\" }]\n",
    );
    let names =
        ["../../secret.svg", "media/../../../secret.svg", "media/linked.svg", "media/away/inner.svg", "/etc/passwd"];
    let pictures: String = names.iter().map(|name| format!("![A]({name})\n\n")).collect();
    write("issues/2026-q2/articles/a.md", &format!("---\ntitle: A\n---\n{pictures}"));
    let issue = folder.path().join("issues/2026-q2");
    fs::create_dir_all(issue.join("media")).unwrap();
    let link = |to: &str, from: &Path| std::os::unix::fs::symlink(folder.path().join(to), from).unwrap();
    link("secret.md", &issue.join("articles/linked.md"));
    link("secret.svg", &issue.join("media/linked.svg"));
    link("elsewhere", &issue.join("media/away"));
    let publication = Publication::open(folder.path()).unwrap();
    let id = "2026-q2".parse().unwrap();
    let (read, findings) = publication.read_issue(id).unwrap();
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(shown.iter().any(|finding| finding.contains("articles/linked.md")), "{shown:?}");
    assert_eq!(read.articles.len(), 1, "the linked article was read");
    assert!(publication.article_text(id, "linked").is_err());
    let (media, findings) = publication.media(&read);
    assert_eq!(media.len(), 0, "{:?}", media.keys());
    let outside = findings.iter().filter(|finding| finding.code == Code::BadMedia).count();
    assert_eq!(outside, names.len(), "{findings:?}");
}
