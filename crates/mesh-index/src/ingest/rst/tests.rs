use super::*;

fn check(source: &str) -> Vec<(String, String, String, u32)> {
    read("docs/a.rst", source.as_bytes(), &mut Notes::default())
        .expect("the test gives valid UTF-8")
        .into_iter()
        .map(|p| {
            (
                p.anchor.unwrap_or_default(),
                p.headings.join("/"),
                p.text,
                p.line_start,
            )
        })
        .collect()
}

fn passage(anchor: &str, headings: &str, text: &str, line: u32) -> (String, String, String, u32) {
    (
        anchor.to_owned(),
        headings.to_owned(),
        text.to_owned(),
        line,
    )
}

#[test]
fn what_a_directive_says_of_a_version_is_said() {
    let source = "Age\n===\n\n.. versionadded:: 5.4\n\n.. deprecated:: 6.0\n   Use b.\n";
    let passages = read("a.rst", source.as_bytes(), &mut Notes::default()).expect("read");
    assert_eq!(
        passages[0].text,
        "New in version 5.4\n\nDeprecated since version 6.0\n   Use b."
    );
}

#[test]
fn underlines_make_headings_and_labels_make_anchors() {
    let source = "=====\nGuide\n=====\n\nIntro with ``code`` and :ref:`a link <there>`.\n\n.. _set-up:\n\nSetting up\n----------\n\nDo it, see `the site <https://x.org>`_.\n\nOn Linux\n~~~~~~~~\n\nRun.\n\nNext\n----\n\nMore.\n";
    assert_eq!(
        check(source),
        [
            passage("guide", "", "Intro with code and a link.", 5),
            passage(
                "set-up",
                "Setting up",
                "Do it, see the site <https://x.org>.",
                12
            ),
            passage("on-linux", "Setting up/On Linux", "Run.", 17),
            passage("next", "Next", "More.", 22),
        ]
    );
}

#[test]
fn each_change_is_a_passage_below_its_release() {
    let source = "Kiln\n====\n\nVersion 2.1.0\n-------------\n\n* The door\n  is wider\n* The lamp\n\nUse\n---\n\n* Open\n* Close\n";
    assert_eq!(
        check(source),
        [
            passage(
                "version-2-1-0",
                "Version 2.1.0",
                "* The door\n  is wider",
                7
            ),
            passage("version-2-1-0", "Version 2.1.0", "* The lamp", 9),
            passage("use", "Use", "* Open\n* Close", 14),
        ]
    );
}

#[test]
fn directives_keep_their_text_and_comments_leave() {
    let source = ".. note:: Careful.\n   :class: x\n\n   Indeed.\n\n.. a comment\n   of two lines\n\n.. code-block:: python\n   :linenos:\n\n   x = 1\n\nExample::\n\n   y = 2\n";
    assert_eq!(
        check(source),
        [passage(
            "",
            "",
            "Careful.\n\n   Indeed.\n\n   x = 1\n\nExample:\n\n   y = 2",
            1
        )]
    );
}

#[test]
fn code_stays_as_it_is() {
    for (source, expected) in [
        (
            "Call it::\n\n    let a: Vec<`T`> = ``b``;\n    -----\n\n    .. no comment\n    :x: y\n\nDone `now <there>`_.\n",
            "Call it:\n\n    let a: Vec<`T`> = ``b``;\n    -----\n\n    .. no comment\n    :x: y\n\nDone now.",
        ),
        (
            ".. code-block:: sh\n   :linenos:\n\n   echo `date` <in ::\n\n   # `x <y>`_\n\nEnd.\n",
            "   echo `date` <in ::\n\n   # `x <y>`_\n\nEnd.",
        ),
        (
            "- Run::\n\n    a `b <c>`_\n\n  then `d <e>`_\n",
            "- Run:\n\n    a `b <c>`_\n\n  then d",
        ),
        (
            ">>> f(`a <b>`_)\n`c <d>`_\n\nThen `e <f>`_.\n",
            ">>> f(`a <b>`_)\n`c <d>`_\n\nThen e.",
        ),
        ("::\n\n  a `b`\n\nEnd\n---\n\n`x`\n", "  a `b`"),
    ] {
        assert_eq!(check(source)[0].2, expected, "{source}");
    }
}

#[test]
fn a_picture_says_what_stands_for_it() {
    let source = ".. image:: a.png\n   :alt: The red valve\n   :width: 20\n\nTurn it.\n";
    assert_eq!(
        check(source),
        [passage("", "", "The red valve\n\nTurn it.", 2)]
    );
}

#[test]
fn what_directives_show_by_their_options_is_read() {
    let source = ".. csv-table:: Servers\n   :header: \"Machine\", \"Owner\"\n   :widths: 1, 2\n\n   \"db1\", \"Jane\"\n\n.. code-block:: python\n   :caption: settings.py\n   :linenos:\n\n   x = 1\n";
    assert_eq!(
        check(source)[0].2,
        "Servers\n\"Machine\", \"Owner\"\n\n   \"db1\", \"Jane\"\n\nsettings.py\n\n   x = 1"
    );
}

#[test]
fn a_name_between_bars_is_what_it_stands_for() {
    let source = "The |kiln|\n==========\n\nFire |kiln| |at once|, |other| ``|kiln|``::\n\n   |kiln|\n\n.. |kiln| replace:: Acme\n   Kiln **3**\n.. |at once| image:: now.png\n   :width: 3\n   :alt: now\n";
    assert_eq!(
        check(source),
        [passage(
            "the-acme-kiln-3",
            "",
            "Fire Acme Kiln **3** now, |other| Acme Kiln **3**:\n\n   |kiln|",
            4
        )]
    );
}

#[test]
fn headings_that_repeat_have_names_of_their_own() {
    let source = "Mill\n====\n\nUse\n---\n\nOne.\n\nKiln\n====\n\nUse\n---\n\nTwo.\n";
    let anchors: Vec<String> = check(source).into_iter().map(|seen| seen.0).collect();
    assert_eq!(anchors, ["use", "use-1"]);
}

#[test]
fn a_quote_behind_an_empty_comment_is_text() {
    assert_eq!(check("One.\n\n..\n\n   Two.\n")[0].2, "One.\n\n   Two.");
    assert_eq!(
        check("One.\n\n..\n   hidden\n\nTwo.\n")[0].2,
        "One.\n\nTwo."
    );
}

#[test]
fn what_a_heading_says_is_told_where_nothing_stands_below_it() {
    let source = "Plan\n====\n\nNo deploys in May\n-----------------\n\nNext\n----\n\nGo.\n";
    assert_eq!(
        check(source),
        [
            passage("no-deploys-in-may", "", "No deploys in May", 4),
            passage("next", "Next", "Go.", 10),
        ]
    );
}

#[test]
fn a_directive_that_names_the_section_that_follows_is_none_of_the_one_before() {
    let source = "Settings\n========\n\n.. setting:: PORT\n\nPORT\n----\n\nA number.\n\n.. note:: Careful.\n\n.. setting:: HOST-NAME\n.. _host:\n\n``NAME``\n--------\n\nA name.\n\n.. setting:: LAST\n   :kept: yes\n\nThe ``LAST`` one\n----------------\n\nIt.\n\n.. class:: Lone\n\nEnd\n---\n\nDone.\n";
    assert_eq!(
        check(source),
        [
            passage("port", "PORT", "A number.\n\nCareful.", 9),
            passage("host", "NAME", "HOST-NAME\n\nA name.\n\nLAST", 13),
            passage("the-last-one", "The LAST one", "It.\n\nLone", 27),
            passage("end", "End", "Done.", 34),
        ]
    );
}

#[test]
fn a_word_that_refers_to_a_name_is_shown_without_its_mark() {
    let source = "Use robots.txt_, (see Kiln_) or chompjs__ [1]_ [CIT2002]_.\nNot name_, ``kiln_`` or _private_ or kiln_x.\n\nKiln\n----\n\nIt.\n\n.. _robots.txt: https://x.org/r\n.. _chompjs: https://x.org/c\n";
    assert_eq!(
        check(source)[0].2,
        "Use robots.txt, (see Kiln) or chompjs [1] [CIT2002].\nNot name_, kiln_ or _private_ or kiln_x."
    );
}

#[test]
fn a_heading_is_without_the_version_that_sphinx_puts_in() {
    let source = "Kiln |version| manual\n=====================\n\nFor |release|.\n";
    let passages = read("a.rst", source.as_bytes(), &mut Notes::default()).expect("read");
    assert_eq!(passages[0].title, "Kiln manual");
    assert_eq!(passages[0].text, "For |release|.");
}
