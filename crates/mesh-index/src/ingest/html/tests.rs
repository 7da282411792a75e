use super::*;
use crate::ingest::notes::Subject;

fn check(source: &str) -> Vec<Passage> {
    read("manual/page.html", source.as_bytes(), &mut Notes::default())
        .expect("the test gives valid UTF-8")
}

#[test]
fn each_change_is_a_passage_below_its_release() {
    let passages = check(
        "<h1>Kiln</h1><h2>2.1.0</h2><ul><li>The door<ul><li>its hinge</ul><li>The lamp</ul><p>Thanks.<h2>Use</h2><ul><li>Open<li>Close</ul>",
    );
    let seen: Vec<_> = passages.iter().map(|passage| &*passage.text).collect();
    assert_eq!(
        seen,
        [
            "- The door\n\n- its hinge",
            "- The lamp",
            "Thanks.",
            "- Open\n\n- Close"
        ]
    );
}

#[test]
fn a_docbook_section_has_its_id_and_its_title() {
    let passages = check(
        r#"<html><head><title>9.2. Comparison</title><script>var x = "<p>";</script></head>
<body><div class="navheader"><table><tr><td>Prev</td></tr></table></div>
<div class="sect1" id="FUNCTIONS-COMPARISON"><div class="titlepage"><div><div>
<h2 class="title" style="clear: both">9.2. Comparison</h2></div></div></div>
<a id="id-1.5.8.8.2" class="indexterm"></a>
<p>The usual <em>comparison</em>
operators.</p>
<div class="sect2" id="PREDICATES"><div class="titlepage"><h3 class="title">9.2.1. Predicates</h3></div>
<p>Some.</p></div>
<p>After.</p>
</div><div class="navfooter">Next</div></body></html>"#,
    );
    let seen: Vec<_> = passages
        .iter()
        .map(|p| (p.anchor.as_deref(), p.headings.join("/"), p.text.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (
                Some("FUNCTIONS-COMPARISON"),
                String::new(),
                "The usual comparison operators."
            ),
            (Some("PREDICATES"), "9.2.1. Predicates".to_owned(), "Some."),
            (Some("FUNCTIONS-COMPARISON"), String::new(), "After."),
        ]
    );
    assert_eq!(passages[0].title, "9.2. Comparison");
    assert_eq!((passages[0].line_start, passages[0].line_end), (6, 7));
}

#[test]
fn an_entry_of_a_definition_list_with_an_id_is_a_passage() {
    let passages = check(
        r#"<h1>Options</h1><p>All of them:</p><div class="variablelist"><dl class="variablelist">
<dt id="OPT-V"><span class="term"><code>-v</code></span></dt><dd><p>Be loud.</p></dd>
<dt><a name="OPT-Q"></a><span class="term">-q</span></dt><dd>Be still.</dd>
<dt>plain</dt><dd>No name.</dd></dl></div><p>End.</p>"#,
    );
    let seen: Vec<_> = passages
        .iter()
        .map(|p| (p.anchor.as_deref(), p.headings.join("/"), p.text.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (None, String::new(), "All of them:"),
            (Some("OPT-V"), "-v".to_owned(), "Be loud."),
            (Some("OPT-Q"), "-q".to_owned(), "Be still."),
            (None, String::new(), "plain\n\nNo name.\n\nEnd."),
        ]
    );
}

#[test]
fn a_titled_table_is_a_passage_of_its_rows() {
    let passages = check(
        r#"<h2 id="s">S</h2><div class="table" id="T"><p class="title"><strong>Table 1. Names</strong></p>
<table><thead><tr><th>Name</th><th>Use</th></tr></thead><tbody><tr><td><p>a</p></td><td>first</td></tr></tbody></table></div><p>Rest.</p>"#,
    );
    assert_eq!(passages[0].anchor.as_deref(), Some("T"));
    assert_eq!(passages[0].headings, ["Table 1. Names"]);
    assert_eq!(passages[0].text, "Name | Use\na | first");
    assert_eq!(passages[1].anchor.as_deref(), Some("s"));
}

#[test]
fn a_note_is_text_of_the_section_it_stands_in() {
    let passages = check(
        r#"<h2 id="s">S</h2><p>One.</p><div class="note"><h3 class="title">Note</h3><p>Two.</p></div><p>Three.</p>"#,
    );
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0].text, "One.\n\nNote\n\nTwo.\n\nThree.");
}

#[test]
fn paragraphs_of_a_cell_are_lines() {
    let passages = check(
        "<table>\n <tr>\n <td> <p> f(x) </p> <p> Calls f. </p> </td> <td> y </td> </tr> </table>",
    );
    assert_eq!(passages[0].text, "f(x)\nCalls f. | y");
}

fn text(source: &str) -> String {
    let passages = check(source).into_iter();
    passages
        .map(|passage| passage.text)
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn a_blank_cell_keeps_its_place() {
    for (source, expected) in [
        (
            "<table><tr><td>db1<td>Jane<td></tr><tr><td>db2<td>Bob<td>x</tr></table>",
            "db1 | Jane\ndb2 | Bob | x",
        ),
        (
            "<table><tr><th></th><th>Basic</th><th>Pro</th></tr>\n<tr><td>SSO</td><td> </td><td>yes</td></tr></table>",
            " | Basic | Pro\nSSO |  | yes",
        ),
        (
            "<table><caption>Plans</caption><tr><td>a<td><p></p><td><p>b</p><p>c</p><td>d</table><p>End",
            "Plans\na |  | b\nc | d\n\nEnd",
        ),
        ("<table><tr><td><td><tr><td>a</td></tr></table>", "a"),
        (
            "<table><tr><td rowspan=2>db1<td colspan=2>Jane<td>x<tr><td>Bob<td>y<td>z</table>",
            "db1 | Jane |  | x\n | Bob | y | z",
        ),
        (
            "<table><tr><td>a<td><table><tr><td>x<td></tr><tr><td><td>y</table><td>b</table>",
            "a | x\n | y | b",
        ),
        (
            "<table><tr><td></td><td><h2>Pro</h2>yes</td></tr></table>",
            "yes",
        ),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
    let passages = check("<p>a\n<table>\n<tr><td></td>\n<td>b</td></table>");
    assert_eq!(passages[0].line_end, 4);
}

#[test]
fn a_tag_that_closes_itself_takes_nothing_with_it() {
    for source in [
        "<?xml version='1.0'?><html><head><title/></head><body><p>One.</p></body></html>",
        "<head><script src='a.js'/><style/></head><p>One.</p>",
        "<nav/><svg/><p>One.</p>",
        "<input role='search'><hr class='toc'><p>One.</p>",
        "<p class='toc'>Wheel 3<p>One.</p>",
        "<ul><li class='toc'>Wheel 3</ul><p>One.</p>",
        "<nav><a>Menu</a></nav><iframe/><textarea/><p>One.</p>",
        "<pre/><p>One.</p>",
    ] {
        assert_eq!(text(source), "One.", "{source}");
    }
    let passages = check("<title/>\n<p>One</p>\n<xmp>\ntwo</xmp>");
    assert_eq!((passages[0].line_start, passages[0].line_end), (2, 4));
}

#[test]
fn a_menu_without_end_is_read_rather_than_all_the_rest_left_out() {
    assert_eq!(text("<nav>Menu<main><p>One.</main>"), "Menu\n\nOne.");
    assert_eq!(text("<p>One.</p><footer>(c)"), "One.");
    assert_eq!(text("<p>One.</p><div role=contentinfo>(c)"), "One.");
    assert_eq!(text("<p>One.</p><svg><text>x"), "One.");
}

#[test]
fn a_heading_without_text_is_told_but_not_that_of_a_menu() {
    assert_eq!(
        text(
            "<title>T</title><h2>Freeze on 24 May</h2><h2>Next</h2><p>One.<h2>Contents</h2><div class=toc>x</div>"
        ),
        "Freeze on 24 May\n\nOne."
    );
    let terms = check("<h1>O</h1><dl><dt id=v>-v<dt id=l>--loud<dd>Be loud.</dl>");
    assert_eq!(terms[0].headings, ["--loud"]);
    assert_eq!(terms[0].text, "-v\n\nBe loud.");
}

#[test]
fn a_picture_says_what_stands_for_it() {
    assert_eq!(
        text(
            "<p>Turn <img src=x alt='the red valve'> twice. <img alt=''></p>\n<table><tr><td><img alt=yes><td>b</table>"
        ),
        "Turn the red valve twice.\n\nyes | b"
    );
    assert_eq!(check("\n\n<img alt='A dial'>")[0].line_start, 3);
}

#[test]
fn the_items_of_a_numbered_list_keep_their_numbers() {
    for (source, expected) in [
        (
            "<ol><li>Stop<li><p>Restore</p><p>all of it</p></li><li></li></ol><p>End",
            "1. Stop\n\n2. Restore\n\nall of it\n\nEnd",
        ),
        (
            "<ol start=4 type=a><li>Stop<ul><li>now</ul><li>Go<li value=9>Run</ol>",
            "d. Stop\n\n- now\n\ne. Go\n\ni. Run",
        ),
        (
            "<ol><li>Stop<table><tr><td>x<td><ol><li>a<li>b</ol></table><li>Go</ol>",
            "1. Stop\n\nx | 1. a\n2. b\n\n2. Go",
        ),
        (
            "<ul><li><img alt='a dial'></li><li><pre>\n  x\n</pre></ul>",
            "- a dial\n\n  x",
        ),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
    assert_eq!(check("<ol><li><h2>Stop</h2>now")[0].text, "now");
}

#[test]
fn a_heading_is_without_its_link_to_itself() {
    for (heading, expected) in [
        ("Pumps<a class='headerlink' href='#p'>¶</a>", "Pumps"),
        (
            "<a class='header-anchor' href='#p'><span>Pumps</span></a>",
            "Pumps",
        ),
        (
            "<a class='anchor' href='#p'>#</a> Pumps in C#",
            "Pumps in C#",
        ),
        ("Pumps <a href='#p'>§</a>", "Pumps"),
        (
            "Pumps<a class='hash-link' href='#p'>Direct link</a>",
            "Pumps",
        ),
        ("The <a href='#p'>pumps</a>", "The pumps"),
        ("The <a>pumps<a>of</a> May", "The pumpsof May"),
    ] {
        let passages = check(&format!(
            "<title>x</title><h1>T</h1><h2>{heading}</h2><p>One."
        ));
        assert_eq!(passages[0].headings, ["T", expected], "{heading}");
    }
    let passages = check(
        "<title>Pumps &#8212; Acme 3.1</title><h1>Pumps<a class=headerlink href='#p'>¶</a></h1>\
         <p>One.<table><caption>Types<a class=headerlink>¶</a></caption><tr><td>a<td>#</table><dl><dt id=f>f()<a class=headerlink>¶</a><dd>It.",
    );
    assert_eq!(passages[0].title, "Pumps");
    assert_eq!(passages[0].text, "One.\n\nTypes\na | #");
    assert_eq!(passages[1].headings, ["f()"]);
}

#[test]
fn a_header_is_left_out_where_the_page_has_a_main_part_beside_it() {
    let header = "<header><h1>Mill</h1><p>Ada<nav>Menu</nav><div role=search>Find</div></header>";
    assert_eq!(text(&format!("{header}<p>One.")), "Ada\n\nOne.");
    assert_eq!(text(&format!("{header}<MAIN><p>One.</MAIN>")), "One.");
    assert_eq!(text(&format!("{header}<div role='main'><p>One.")), "One.");
    let block = header.replace("<header", "<header id='title-block-header'");
    assert_eq!(text(&format!("{block}<article><p>One.")), "Ada\n\nOne.");
    assert_eq!(
        text(&format!("<main>{header}<p>One.</main>")),
        "Ada\n\nOne."
    );
    assert_eq!(text("<header role=banner>Site</header><p>One."), "One.");
}

#[test]
fn an_address_follows_the_text_that_leads_to_it() {
    for (source, expected) in [
        (
            "<p>The <a href='https://x.org/d'>dial</a>, <a href=b.html>b</a>",
            "The dial <https://x.org/d>, b",
        ),
        (
            "<div><a href='https://x.org/d'>Menu</a></div><p>a",
            "Menu\n\na",
        ),
        ("<p>a</p><a href='https://x.org/d'>Menu</a>", "a\n\nMenu"),
        (
            "<ul><li><a href='https://x.org/d'>dial</a></ul>",
            "- dial <https://x.org/d>",
        ),
        (
            "<table><tr><td>a<td><a href='https://x.org/d'>dial</a></table>",
            "a | dial <https://x.org/d>",
        ),
        ("<p><a href='https://x.org/d'><img alt=dial></a>", "dial"),
        ("<nav><p><a href='https://x.org/d'>Menu", "Menu"),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
    assert_eq!(
        check("<h1><a href='https://x.org'>T</a></h1><p>a")[0].title,
        "T"
    );
}

#[test]
fn the_picture_of_a_note_makes_no_table_of_it() {
    let note = "<div class='note'><table><tr><td rowspan='2' width='25'> <img alt='[Note]' src='n.png'/> </td>\n<th align='left'>Note</th></tr>\n<tr><td><p>One.</p><ul><li>Two</ul><table><tr><td>a<td>b</table><p>Three.</td></tr></table></div><p>Four.";
    let passages = check(note);
    assert_eq!(
        passages[0].text,
        "Note\n\nOne.\n\n- Two\n\na | b\n\nThree.\n\nFour."
    );
    assert_eq!((passages[0].line_start, passages[0].line_end), (1, 3));
    for (source, expected) in [
        (
            "<div class='admonitionblock tip'><table><tr><td class='icon'><img alt='Tip'></td><td><p>a</p><p>b</table></div><p>c",
            "Tip\n\na\n\nb\n\nc",
        ),
        (
            "<div class=note><table><tr><td>Note <img alt=x><td>a</table></div>",
            "Note x | a",
        ),
        ("<table><tr><td><img alt=yes><td>a</table>", "yes | a"),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
}

#[test]
fn the_entries_of_an_index_are_left_out() {
    for source in [
        "<div class='index'><h1>Index</h1><div class='indexdiv'><h3>O</h3><dl><dt id='i1'>Optimize, <a href='a.html'>Optimize</a></dl></div></div>",
        "<h1>Index</h1><div class='genindex-jumpbox'><a href='#A'>A</a></div><h2 id='A'>A</h2><table class='indextable genindextable'><tr><td><ul><li>add()</ul></table>",
    ] {
        assert_eq!(check(source), [], "{source}");
    }
}

#[test]
fn a_picture_that_says_what_its_caption_says_is_told_once() {
    let passages = check(
        "<h1>Tiles</h1><p>One.</p><div class='figure'><a id='f'></a><p class='title'><strong>Figure 1.2. A dial.</strong></p>\
         <div><img alt='A dial'><div class='caption'><p>Before</div></div><div><img alt='A dial'><p>After <img alt='a lamp'></div></div><p>Two.",
    );
    let seen: Vec<_> = passages
        .iter()
        .map(|p| (p.headings.join("/"), &*p.text))
        .collect();
    assert_eq!(
        seen,
        [
            (String::new(), "One."),
            ("Figure 1.2. A dial.".to_owned(), "Before\n\nAfter a lamp"),
            (String::new(), "Two."),
        ]
    );
    for (source, expected) in [
        (
            "<figure><img alt='A dial.'><figcaption>A dial</figcaption></figure><p>A dial",
            "A dial.\n\nA dial",
        ),
        (
            "<p><img alt='A dial'></p><p>A dial, and more",
            "A dial\n\nA dial, and more",
        ),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
}

#[test]
fn a_page_of_nothing_but_links_is_named() {
    let noted = |source: &str| {
        let mut notes = Notes::default();
        let passages = read("a.html", source.as_bytes(), &mut notes);
        assert_eq!(passages, Ok(Vec::new()), "{source}");
        let groups = notes.groups.into_iter();
        groups.map(|group| group.subject).collect::<Vec<_>>()
    };
    let named = Subject::Remark("page has menus and lists of links only".into());
    assert_eq!(
        noted("<title>Mill</title><h1>Mill</h1><div class=toc><a href='b.html'>Wheel</a></div>"),
        [named]
    );
    assert_eq!(noted("<title>Mill</title><p></p>"), []);
}

#[test]
fn code_keeps_its_lines_and_chrome_is_left_out() {
    let passages = check(
        "<nav>Menu</nav><main><h1>T</h1><pre>\n  a\n    b\n</pre><p>x &amp; y<br>z</p></main><footer>(c)</footer>",
    );
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0].text, "  a\n    b\n\nx & y z");
}

#[test]
fn an_unclosed_heading_ends_where_a_paragraph_begins() {
    let passages = check("<h2>Head<p>One<p>Two<h2>Next<p>Three");
    let seen: Vec<_> = passages
        .iter()
        .map(|p| (&p.headings[..], p.text.as_str()))
        .collect();
    assert_eq!(passages[0].title, "Head");
    assert_eq!(seen[0], (&[][..], "One\n\nTwo"));
    assert_eq!(seen[1], (&["Next".to_owned()][..], "Three"));
}

#[test]
fn text_that_needs_no_escapes_is_read() {
    let passages = check(
        "<p>Before</p>\n\n<pre><![CDATA[if (a < b)\n  c();]]></pre>\n<p>a <b>b</b><![CDATA[ & <c>]]></p>\
         <script>//<![CDATA[\n'</p>'\n//]]></script><p>After",
    );
    assert_eq!(
        passages[0].text,
        "Before\n\nif (a < b)\n  c();\n\na b & <c>\n\nAfter"
    );
    let code = check(
        "<ac:structured-macro>\n<ac:plain-text-body><![CDATA[echo <x>]]></ac:plain-text-body></ac:structured-macro>",
    );
    assert_eq!((&*code[0].text, code[0].line_start), ("echo <x>", 2));
}

#[test]
fn a_page_is_no_text_because_an_end_is_missing() {
    let passages = check("<p>a<![CDATA[ b</p><p>c</p>");
    assert_eq!(passages[0].text, "a\n\nc");
}

#[test]
fn what_is_done_and_what_is_open_are_told_apart() {
    let passages = check(
        "<input type=checkbox id=menu><ul><li><input type='checkbox' checked> Stop</li><li><label><input type=checkbox disabled>Restore</label></ul>\
         <p>Agreed? <input type=checkbox checked=''>yes<input type=radio checked>\
         <ul class='inline-task-list'><li class='checked' data-inline-task-id='1'>Grease<li data-inline-task-id='2'>Oil</ul>\
         <ul><li>Wheel<input type=checkbox role=switch></ul>",
    );
    assert_eq!(
        passages[0].text,
        "- [x] Stop\n\n- [ ] Restore\n\nAgreed? [x] yes\n\n- [x] Grease\n\n- [ ] Oil\n\n- Wheel"
    );
}

#[test]
fn a_title_that_is_a_paragraph_is_the_title() {
    let passages = check(
        "<p class='c5 title'><span>Quarter plan</span></p><p class=subtitle>Draft<h1>Goals</h1><p>Win.</p><p class=title>Later",
    );
    assert_eq!(passages[0].title, "Quarter plan");
    assert_eq!(passages[0].text, "Draft");
    assert_eq!(passages[1].headings, ["Goals"]);
    assert_eq!(passages[1].text, "Win.\n\nLater");
    let named = check("<title>Mill</title><p class=title>Quarter plan<p>Win.");
    assert_eq!(named[0].title, "Mill");
    assert_eq!(named[0].text, "Quarter plan\n\nWin.");
}

#[test]
fn what_stands_in_a_form_to_be_edited_is_read() {
    let passages = check("<p>Paste this:<textarea rows=3>\na = 1\n  b &lt; 2</textarea><p>Done.");
    assert_eq!(passages[0].text, "Paste this:\n\na = 1\n  b < 2\n\nDone.");
}
