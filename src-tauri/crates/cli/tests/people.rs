//! The list and the ledger on the command line.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use support::Publication;

#[test]
fn a_bad_row_is_named_by_its_line_and_the_others_are_taken() {
    let publication = Publication::new();
    publication.write("list.csv", "email,name\nana@example.org,Ana\nno address,Ion\nion@example.org,Ion\n");
    let file = publication.path("list.csv");
    let import = ["subscribers", "import", file.to_str().unwrap(), "--source", "a fair", "--basis", "asked"];
    let ended = publication.run(&import);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("2 new"), "{}", ended.stdout);
    assert!(ended.stdout.contains("line 3:"), "{}", ended.stdout);
    assert_eq!(publication.run(&["subscribers", "count"]).stdout.trim(), "2");
}

#[test]
fn who_left_or_was_erased_does_not_come_back() {
    let publication = Publication::new();
    publication.import(3);
    publication.run(&["subscribers", "unsubscribe", "reader0000@example.org"]);
    publication.run(&["subscribers", "forget", "reader0001@example.org"]);
    let file = publication.path("readers.csv");
    let again = publication.json(&["subscribers", "import", file.to_str().unwrap(), "--source", "x", "--basis", "y"]);
    assert_eq!((&again["suppressed"], &again["unchanged"]), (&2.into(), &1.into()));
    assert_eq!(publication.json(&["subscribers", "count", "--status", "active"])["count"], 1);
}

#[test]
fn a_rehearsal_sends_to_everybody_and_reaches_nobody() {
    let publication = Publication::new();
    publication.import(20);
    let sent = publication.json(&["send", "2026-q2/launch", "--rehearse"]);
    assert_eq!((&sent["counts"]["accepted"], &sent["candidates"]), (&20.into(), &20.into()), "{sent}");
    let caught = fs::read_dir(sent["caught"].as_str().unwrap()).unwrap();
    let mails = caught.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|name| name == "eml"));
    assert_eq!(mails.count(), 20);
    assert_eq!(publication.run(&["ledger", "2026-q2/launch"]).code, 2, "a rehearsal is not a send");
}

#[test]
fn a_test_goes_to_those_who_are_named_and_counts_for_nothing() {
    let publication = Publication::new();
    publication.import(3);
    publication.run(&["subscribers", "unsubscribe", "reader0001@example.org"]);
    let named = ["--to", "reader0000@example.org", "--to", "reader0001@example.org", "--to", "chief@example.net"];
    let ended = publication.run(&[&["send", "2026-q2/launch", "test", "--rehearse", "--json"], &named[..]].concat());
    assert_eq!(ended.code, 1, "one of them left: {}", ended.stderr);
    let tested: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let outcomes: Vec<&str> =
        tested["copies"].as_array().unwrap().iter().map(|copy| copy["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["accepted", "suppressed", "accepted"], "{tested}");
    let folder = fs::read_dir(tested["caught"].as_str().unwrap()).unwrap();
    let mails: Vec<String> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|name| name == "eml"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert!(mail.contains("\nSubject: [Test] "), "{mail}");
        assert!(mail.contains("Message-ID: <test."), "{mail}");
    }
    assert!(mails.iter().any(|mail| mail.contains("To: \"Reader 0\" <reader0000@example.org>")), "{mails:?}");
    for rehearsal in [&["ledger", "2026-q2/launch"][..], &["ledger", "2026-q2/launch", "--rehearsal"]] {
        assert_eq!(publication.run(rehearsal).code, 2, "the ledger knows nothing of it");
    }
    assert_eq!(publication.json(&["send", "2026-q2/launch", "--rehearse"])["counts"]["accepted"], 2);
}

#[test]
fn a_test_needs_people_and_a_relay_that_answers() {
    let publication = Publication::new();
    let test = ["send", "2026-q2/launch", "test"];
    for (more, code) in [
        (&[][..], 2),
        (&["--to", "nobody"], 2),
        (&["--to", "a@example.org"], 1),
        (&["--to", "a@example.org", "--relay", "smtp://127.0.0.1:9"], 3),
    ] {
        let ended = publication.run(&[&test[..], more].concat());
        assert_eq!(ended.code, code, "{more:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("hint:"), "{}", ended.stderr);
    }
    let refusing = format!("smtp://127.0.0.1:{}", refusing_server());
    let ended = publication.run(&[&test[..], &["--to", "a@example.org", "--relay", &refusing]].concat());
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("not_sent") && ended.stdout.contains("not from here"), "{}", ended.stdout);
    assert_eq!(publication.run(&["send", "2026-q2/launch", "--to", "a@example.org"]).code, 2);
}

#[test]
fn an_edition_may_come_from_somebody_of_its_own() {
    let publication = Publication::new();
    publication.write(
        "issues/2026-q2/editions/launch.md",
        "---\nsubject: Out\nfrom: Ana Pop <ana@example.org>\nreply-to: ana@example.net\n---\nHello.\n",
    );
    let ended = publication.run(&["render", "2026-q2/launch"]);
    assert!(ended.stdout.contains("From: \"Ana Pop\" <ana@example.org>"), "{}", ended.stdout);
    assert!(ended.stdout.contains("Reply-To: ana@example.net"), "{}", ended.stdout);
    assert!(ended.stdout.contains("<mailto:leave@example.org"), "people leave by the publication's mailbox");
}

#[test]
fn nothing_is_sent_unless_the_number_of_people_is_right() {
    let publication = Publication::new();
    publication.import(3);
    let relay = ["send", "2026-q2/launch", "--relay", "smtp://127.0.0.1:9"];
    let unsure = publication.run(&relay);
    assert_eq!(unsure.code, 2);
    assert!(unsure.stderr.contains("hint: add `--yes 3` to send it"), "{}", unsure.stderr);
    let wrong = publication.run(&[&relay[..], &["--yes", "4"]].concat());
    assert_eq!(wrong.code, 2);
    assert_eq!(publication.run(&["ledger", "2026-q2/launch"]).code, 2, "nothing was frozen");
}

#[test]
fn a_server_that_refuses_the_sender_pauses_the_edition_and_loses_nobody() {
    let publication = Publication::new();
    publication.import(5);
    let port = refusing_server();
    let relay = format!("smtp://127.0.0.1:{port}");
    let ended = publication.run(&["send", "2026-q2/launch", "--relay", &relay, "--yes", "5", "--connections", "1"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stdout.contains("paused: the mail server refuses mail from this sender"), "{}", ended.stdout);
    assert!(ended.stdout.contains("hint:"), "{}", ended.stdout);
    let ledger = publication.json(&["ledger", "2026-q2/launch"]);
    assert_eq!(ledger["counts"]["queued"], 5, "{ledger}");

    let again = publication.run(&["send", "2026-q2/launch", "--relay", &relay, "--yes", "5"]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("`masthead send 2026-q2/launch resume` goes on"), "{}", again.stderr);
    let resumed = publication.run(&["send", "2026-q2/launch", "resume", "--relay", &relay, "--yes", "5"]);
    assert!(resumed.stdout.contains("paused: the mail server refuses"), "{}{}", resumed.stdout, resumed.stderr);
}

#[test]
fn a_relay_that_cannot_be_used_is_told_before_anything_is_frozen() {
    let publication = Publication::new();
    publication.import(3);
    for (relay, code) in [("nonsense", "bad-relay"), ("smtp+starttls://desk@127.0.0.1:9", "no-password")] {
        let ended = publication.run(&["send", "2026-q2/launch", "--relay", relay, "--yes", "3", "--json"]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stdout.contains(code), "{}", ended.stdout);
    }
    assert_eq!(publication.run(&["send", "2026-q2/launch", "--yes", "3"]).code, 1, "no relay is set up");
    assert_eq!(publication.run(&["ledger", "2026-q2/launch"]).code, 2, "nothing was frozen");
}

#[test]
fn the_same_command_goes_on_although_somebody_left() {
    let publication = Publication::new();
    publication.import(5);
    let relay = format!("smtp://127.0.0.1:{}", refusing_server());
    let send = ["send", "2026-q2/launch", "--relay", &relay, "--yes", "5", "--connections", "1"];
    assert_eq!(publication.run(&send).code, 1);
    publication.run(&["subscribers", "unsubscribe", "reader0000@example.org"]);
    let go_on = [&send[..2], &["resume"], &send[2..]].concat();
    for _ in 0..2 {
        let again = publication.run(&go_on);
        assert_eq!(again.code, 1, "{}", again.stderr);
        assert!(again.stdout.contains("paused: the mail server refuses mail from this sender"), "{}", again.stdout);
    }
    assert_eq!(publication.json(&["ledger", "2026-q2/launch"])["excluded"]["unsubscribed"], 1);
}

/// The publication with an unsubscribe box at this address.
fn with_box(address: &str) -> Publication {
    let publication = Publication::new();
    let settings = fs::read_to_string(publication.path("assets/publication.toml")).unwrap();
    let boxed = format!("[sender]\nunsubscribe-box = \"{address}\"\n");
    publication.write("assets/publication.toml", &settings.replace("[sender]\n", &boxed));
    publication
}

#[test]
fn the_unsubscribe_box_is_read_before_an_edition_goes_on() {
    let (address, log) = support::web_space::open();
    let publication = with_box(&address);
    publication.import(3);
    // Only a mail that was sent has a link that counts; one to look at has none.
    let rehearsed = publication.json(&["send", "2026-q2/launch", "--rehearse"]);
    let caught = fs::read_dir(rehearsed["caught"].as_str().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mails = caught.filter(|path| path.extension().is_some_and(|name| name == "eml"));
    let mail =
        mails.map(|path| fs::read_to_string(path).unwrap()).find(|mail| mail.contains("<reader0001@example.org>"));
    let token = mail.unwrap().split("unsubscribe.php?t=").nth(1).unwrap().split('>').next().unwrap().to_owned();
    let send = |steer: &[&str], port: u16| {
        let relay = format!("smtp://127.0.0.1:{port}");
        publication.run(&[&["send", "2026-q2/launch"], steer, &["--relay", &relay, "--yes", "3"]].concat())
    };
    assert_eq!(send(&[], refusing_server()).code, 1, "frozen, and nobody was sent to");
    log.lock().unwrap().push_str(&format!("2026-11-21T12:00:00Z unsubscribe/one-click {token}\n"));
    let (port, taken) = support::relay::relay("MAIL", "250 ok");
    let sent = send(&["resume"], port);
    assert_eq!((sent.code, taken.load(std::sync::atomic::Ordering::SeqCst)), (0, 2), "{}{}", sent.stdout, sent.stderr);
    let ledger = publication.json(&["ledger", "2026-q2/launch"]);
    assert_eq!(ledger["excluded"], serde_json::json!({ "unsubscribed": 1 }), "{ledger}");
}

#[test]
fn an_edition_for_more_than_five_thousand_waits_for_the_unsubscribe_box() {
    let publication = with_box("http://127.0.0.1:9/unsubscribe.php");
    publication.import(5_001);
    let (port, taken) = support::relay::relay("MAIL", "250 ok");
    let relay = format!("smtp://127.0.0.1:{port}");
    let refused = publication.run(&["send", "2026-q2/launch", "--relay", &relay, "--yes", "5001", "--json"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stdout.contains("box-stale"), "{}", refused.stdout);
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_eq!(publication.run(&["ledger", "2026-q2/launch"]).code, 2, "nothing was frozen");
}

#[test]
fn steering_a_rehearsal_leaves_the_edition_alone_and_steering_succeeds() {
    let publication = Publication::new();
    publication.import(5);
    let relay = format!("smtp://127.0.0.1:{}", refusing_server());
    publication.run(&["send", "2026-q2/launch", "--relay", &relay, "--yes", "5"]);
    assert_eq!(publication.run(&["send", "2026-q2/launch", "--rehearse", "cancel"]).code, 2, "never rehearsed");
    assert_eq!(publication.json(&["ledger", "2026-q2/launch"])["counts"]["queued"], 5);
    assert_eq!(publication.run(&["send", "2026-q2/launch", "pause"]).code, 0);
    assert_eq!(publication.run(&["send", "2026-q2/launch", "cancel"]).code, 0);
    assert_eq!(publication.json(&["ledger", "2026-q2/launch"])["counts"]["cancelled"], 5);
}

#[test]
fn an_edition_with_an_unknown_teaser_is_not_sent() {
    let publication = Publication::new();
    publication.import(1);
    publication.write("issues/2026-q2/editions/launch.md", "---\nsubject: Out\n---\n[[b]]\n");
    let ended = publication.run(&["send", "2026-q2/launch", "--rehearse"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("issues/2026-q2/editions/launch.md:4:"), "{}", ended.stderr);
}

#[test]
fn one_copy_is_a_whole_message_for_one_person() {
    let publication = Publication::new();
    publication.import(2);
    let ended = publication.run(&["render", "2026-q2/launch", "--to", "reader0001@example.org"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("To: \"Reader 1\" <reader0001@example.org>"), "{}", ended.stdout);
    assert!(ended.stdout.contains("List-Unsubscribe: <mailto:leave@example.org"), "{}", ended.stdout);
    assert_eq!(publication.run(&["render", "2026-q2/launch", "--to", "nobody@example.org"]).code, 2);
}

#[cfg(unix)]
#[test]
fn an_exported_list_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let publication = Publication::new();
    publication.import(2);
    let file = publication.path("list.csv");
    assert_eq!(publication.run(&["subscribers", "export", "--out", file.to_str().unwrap()]).code, 0);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_fault() {
    let publication = Publication::new();
    publication.import(2);
    let mut list = publication.command(&["subscribers", "list"]);
    let mut child = list.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = support::ended(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn an_address_is_in_nothing_that_a_log_would_keep() {
    let publication = Publication::new();
    let others: String = (1..7).map(|n| format!("canary{n}@example.org,Tweety\n")).collect();
    publication.write(
        "list.csv",
        &format!("email,name\ncanary@example.org,Tweety\nana@example.org,Ana\ncanary@example.org,Again\n{others}"),
    );
    let file = publication.path("list.csv");
    let relay = |reply| format!("smtp://127.0.0.1:{}", support::relay::relay("RCPT", reply).0);
    // What they say names the person, and the last pauses the edition with the server's words for a reason.
    let (later, never) = (relay("450 4.2.1 try later: {}"), relay("554 5.7.1 relay access denied: {}"));
    let letter = fs::read_to_string(publication.path("issues/2026-q2/editions/launch.md")).unwrap();
    publication.write("issues/2026-q2/editions/second.md", &letter);
    let commands: [&[&str]; 9] = [
        &["subscribers", "import", file.to_str().unwrap(), "--source", "a fair", "--basis", "asked", "--dry-run"],
        &["subscribers", "import", file.to_str().unwrap(), "--source", "a fair", "--basis", "asked"],
        &["send", "2026-q2/launch", "--rehearse"],
        &["send", "2026-q2/launch", "--relay", &later, "--yes", "8"],
        &["ledger", "2026-q2/launch"],
        &["send", "2026-q2/second", "--relay", &never, "--yes", "8"],
        &["send", "2026-q2/second", "--relay", &never, "--yes", "8"],
        &["ledger", "2026-q2/second"],
        &["subscribers", "forget", "canary@example.org"],
    ];
    let told = |text: &str| text.to_lowercase().contains("canary") || text.contains("Tweety");
    let mut paused = false;
    for command in commands {
        let mut masthead = publication.command(command);
        masthead.envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")]);
        let ended = support::ended(masthead.output().unwrap());
        assert!(ended.code <= 1, "{command:?}: {}", ended.stderr);
        assert!(!told(&ended.stdout) && !told(&ended.stderr), "{command:?}: {}{}", ended.stdout, ended.stderr);
        paused |= ended.stderr.contains("relay access denied");
    }
    assert!(paused, "the server's words were not shown");
    for n in 1..7 {
        let address = format!("canary{n}@example.org");
        let mut masthead = publication.command(&["subscribers", "forget", &address]);
        assert!(support::ended(masthead.output().unwrap()).code == 0);
    }
    let data = fs::read_dir(publication.path("data")).unwrap().map(|entry| entry.unwrap().path());
    for file in data.filter(|path| path.is_file()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|six| six.eq_ignore_ascii_case(b"canary")), "{}", file.display());
    }
}

/// Takes EHLO and says 550 to every MAIL FROM.
fn refusing_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 test\r\n").unwrap();
            while let Some(Ok(line)) = lines.next() {
                let reply: &[u8] = match line.split([' ', ':']).next().unwrap_or_default() {
                    "EHLO" => b"250 test\r\n",
                    "MAIL" => b"550 5.7.1 not from here\r\n",
                    "QUIT" => b"221 bye\r\n",
                    _ => b"250 ok\r\n",
                };
                if stream.write_all(reply).is_err() {
                    break;
                }
            }
        }
    });
    port
}

#[test]
fn whoever_signs_up_is_asked_by_mail_first_where_the_publication_wants_that() {
    let publication = Publication::new();
    publication.import(2);
    let settings = fs::read_to_string(publication.path("assets/publication.toml")).unwrap();
    publication.write("assets/publication.toml", &settings.replace("[sender]\n", "[sender]\ndouble-opt-in = true\n"));
    publication.write("new.csv", "email,name\nnew@example.org,New\n");
    publication.write("moved.csv", "email,name\nmoved@example.org,Moved\n");
    let said = ["--source", "the fair", "--basis", "wrote on the list"];
    let run = |words: &[&str]| publication.run(&[words, &said[..]].concat());
    let added = run(&["subscribers", "add", "ana@example.org"]);
    assert!(added.stderr.contains("1 person to be asked first"), "{}", added.stderr);
    let import = |file: &str, more: &[&str]| {
        let file = publication.path(file);
        assert_eq!(run(&[&["subscribers", "import", file.to_str().unwrap()], more].concat()).code, 0);
    };
    import("new.csv", &[]);
    import("moved.csv", &["--confirmed"]);
    let audience = || publication.json(&["send", "2026-q2/launch", "--rehearse"])["excluded"].clone();
    assert_eq!(audience(), serde_json::json!({ "unconfirmed": 2 }));

    let (port, taken) = support::relay::relay("MAIL", "250 ok");
    let relay = format!("smtp://127.0.0.1:{port}");
    let invite = |yes: &str| publication.run(&["subscribers", "invite", "--relay", &relay, "--yes", yes]);
    assert_eq!(publication.json(&["subscribers", "invite", "--dry-run"])["due"], 2);
    let unsure = publication.run(&["subscribers", "invite", "--relay", &relay]);
    assert_eq!(unsure.code, 2);
    assert!(unsure.stderr.contains("add `--yes 2` to ask them"), "{}", unsure.stderr);
    let wrong = invite("3");
    assert_eq!((wrong.code, taken.load(std::sync::atomic::Ordering::SeqCst)), (2, 0), "{}", wrong.stderr);
    let asked = invite("2");
    assert!(asked.stdout.contains("2 people asked (0 of them reminded)"), "{}{}", asked.stdout, asked.stderr);
    assert_eq!(invite("0").code, 0, "nobody is asked again at once");
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 2);

    assert_eq!(publication.run(&["subscribers", "confirm", "ana@example.org", "--evidence", " "]).code, 2);
    assert_eq!(publication.run(&["subscribers", "confirm", "ana@example.org", "--evidence", "by telephone"]).code, 0);
    assert_eq!(publication.run(&["subscribers", "confirm", "ana@example.org", "--evidence", "by telephone"]).code, 2);
    assert_eq!(audience(), serde_json::json!({ "unconfirmed": 1 }));
    let record = publication.json(&["subscribers", "show", "ana@example.org"]);
    assert_eq!(record["consents"][1]["evidence"], "by telephone", "{record}");
    assert_eq!(record["confirmation"]["asks"], 1);
}
