//! Which title a person would use for a document.

use super::changelog;
use super::outline::file_name;

/// Endings of file names that programs leave as a title.
const PROGRAM_ENDINGS: [&str; 17] = [
    ".doc", ".docx", ".odt", ".rtf", ".dvi", ".tex", ".indd", ".qxd", ".qxp", ".fm", ".pdf",
    ".ppt", ".pptx", ".xls", ".xlsx", ".ps", ".pub",
];

/// Prefixes that programs put before the name of the file that was printed.
const PROGRAM_PREFIXES: [&str; 3] = [
    "microsoft word - ",
    "microsoft powerpoint - ",
    "microsoft excel - ",
];

/// What templates and programs say where nobody gave a title.
const PLACEHOLDERS: [&str; 14] = [
    "untitled",
    "untitled document",
    "untitled page",
    "no title",
    "document",
    "document title",
    "new document",
    "title",
    "index",
    "powerpoint presentation",
    "slide 1",
    "none",
    "null",
    "unknown",
];

/// What stands between a page's name and its site's.
const SITE_SEPARATORS: [&str; 7] = [" — ", " – ", " - ", " | ", " · ", " :: ", " » "];

/// Names of files that stand in many folders.
const GENERIC_NAMES: [&str; 8] = [
    "copying",
    "copyright",
    "index",
    "install",
    "licence",
    "license",
    "readme",
    "todo",
];

/// Whether a title tells one document from another, rather than which program wrote it.
pub(crate) fn is_telling(title: &str) -> bool {
    let title = title.trim().to_lowercase();
    let bare = title.trim_end_matches(|c: char| c.is_ascii_digit() || "-_ ()".contains(c));
    title.chars().any(char::is_alphabetic)
        && !PLACEHOLDERS.contains(&&*title)
        && !PLACEHOLDERS.contains(&bare)
        && !PROGRAM_PREFIXES
            .iter()
            .any(|prefix| title.starts_with(prefix))
        && !PROGRAM_ENDINGS.iter().any(|ending| title.ends_with(ending))
}

/// The title less the name of the site: the first heading, where it is one of the title's parts.
pub(crate) fn without_site<'a>(title: &'a str, heading: Option<&'a str>) -> &'a str {
    let same = |part: &str, heading: &str| part.trim().to_lowercase() == heading.to_lowercase();
    heading
        .filter(|heading| {
            SITE_SEPARATORS
                .iter()
                .flat_map(|separator| [title.split_once(separator), title.rsplit_once(separator)])
                .flatten()
                .any(|(one, other)| same(one, heading) || same(other, heading))
        })
        .unwrap_or(title)
}

/// The name of the file; where many files have that name, with the folder's before it, as in `curl/README`.
pub(crate) fn of_path(path: &str) -> &str {
    let name = file_name(path);
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    if !GENERIC_NAMES.contains(&&*stem) && !changelog::is_named_so(name) {
        return name;
    }
    let above = path[..path.len() - name.len()].trim_end_matches('/');
    &path[above.rfind('/').map_or(0, |at| at + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_programs_and_templates_tell_nothing() {
        for junk in [
            "untitled",
            "Untitled-3",
            "Microsoft Word - Q3 report",
            "budget_v7.XLSX",
            "thesis.dvi",
            "index",
            "Document1",
            "PowerPoint Presentation",
            "  ",
            "2024-11",
        ] {
            assert!(!is_telling(junk), "{junk}");
        }
        for title in [
            "Index of plants",
            "Documentation",
            "Using Word - a guide",
            "Chapter 1",
            "package.json",
        ] {
            assert!(is_telling(title), "{title}");
        }
    }

    #[test]
    fn a_file_whose_name_is_common_is_told_by_its_folder() {
        assert_eq!(of_path("/usr/doc/libpng/copyright"), "libpng/copyright");
        assert_eq!(of_path("docs/CHANGES.gz"), "docs/CHANGES.gz");
        assert_eq!(of_path("README.txt"), "README.txt");
        assert_eq!(of_path("docs/pump.pdf"), "pump.pdf");
    }

    #[test]
    fn a_site_beside_the_page_is_left_out() {
        let check = |title, heading| without_site(title, Some(heading));
        assert_eq!(check("Pumps — Acme Manual 3.1", "Pumps"), "Pumps");
        assert_eq!(check("Acme | Heat pumps", "Heat Pumps"), "Heat Pumps");
        assert_eq!(
            check("Acme - Pumps - Start", "Valves"),
            "Acme - Pumps - Start"
        );
        assert_eq!(without_site("Pumps | Acme", None), "Pumps | Acme");
    }
}
