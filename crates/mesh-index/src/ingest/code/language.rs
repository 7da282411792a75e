//! Languages by file name, and what their declarations look like.

/// What the item finder needs to know of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Language {
    pub(super) name: &'static str,
    pub(super) grammar: Grammar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Rust,
    /// Declarations begin with a keyword: Python, Ruby, Kotlin, Swift, PHP, …
    Keyword,
    /// Keywords, and methods that are known by their parentheses and brace only.
    Script,
    Go,
    /// Keywords for types, and functions known by their form.
    C,
    Java,
    Shell,
    Sql,
    Terraform,
    /// No items: windows of lines.
    Plain,
}

impl Language {
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let (name, grammar) = named(name)
            .or_else(|| extended(&extension.to_ascii_lowercase()))
            .unwrap_or(("Text", Grammar::Plain));
        Self { name, grammar }
    }
}

fn named(name: &str) -> Option<(&'static str, Grammar)> {
    Some(match name {
        "Makefile" | "GNUmakefile" | "makefile" => ("Makefile", Grammar::Plain),
        "Dockerfile" | "Containerfile" => ("Dockerfile", Grammar::Plain),
        "Rakefile" | "Gemfile" | "Vagrantfile" => ("Ruby", Grammar::Keyword),
        "CMakeLists.txt" => ("CMake", Grammar::Plain),
        _ => return None,
    })
}

fn extended(extension: &str) -> Option<(&'static str, Grammar)> {
    Some(match extension {
        "rs" => ("Rust", Grammar::Rust),
        "py" | "pyi" => ("Python", Grammar::Keyword),
        "js" | "mjs" | "cjs" | "jsx" => ("JavaScript", Grammar::Script),
        "ts" | "mts" | "cts" | "tsx" => ("TypeScript", Grammar::Script),
        "vue" => ("Vue", Grammar::Script),
        "svelte" => ("Svelte", Grammar::Script),
        "go" => ("Go", Grammar::Go),
        "java" => ("Java", Grammar::Java),
        "cs" => ("C#", Grammar::Java),
        "groovy" | "gradle" => ("Groovy", Grammar::Java),
        "dart" => ("Dart", Grammar::Java),
        "kt" | "kts" => ("Kotlin", Grammar::Keyword),
        "scala" => ("Scala", Grammar::Keyword),
        "swift" => ("Swift", Grammar::Keyword),
        "rb" => ("Ruby", Grammar::Keyword),
        "php" => ("PHP", Grammar::Keyword),
        "ex" | "exs" => ("Elixir", Grammar::Keyword),
        "lua" => ("Lua", Grammar::Keyword),
        "jl" => ("Julia", Grammar::Keyword),
        "c" | "h" => ("C", Grammar::C),
        "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" => ("C++", Grammar::C),
        "m" | "mm" => ("Objective-C", Grammar::C),
        "sh" | "bash" | "zsh" => ("Shell", Grammar::Shell),
        "ps1" => ("PowerShell", Grammar::Keyword),
        "sql" => ("SQL", Grammar::Sql),
        "tf" | "hcl" | "tfvars" => ("Terraform", Grammar::Terraform),
        "proto" => ("Protocol Buffers", Grammar::Keyword),
        "graphql" | "gql" => ("GraphQL", Grammar::Keyword),
        "hs" => ("Haskell", Grammar::Plain),
        "erl" => ("Erlang", Grammar::Plain),
        "clj" => ("Clojure", Grammar::Plain),
        "r" => ("R", Grammar::Plain),
        "pl" | "pm" => ("Perl", Grammar::Keyword),
        "html" | "htm" => ("HTML", Grammar::Plain),
        "css" | "scss" | "less" => ("CSS", Grammar::Plain),
        "md" | "markdown" => ("Markdown", Grammar::Plain),
        "json" => ("JSON", Grammar::Plain),
        "yaml" | "yml" => ("YAML", Grammar::Plain),
        "toml" => ("TOML", Grammar::Plain),
        "xml" => ("XML", Grammar::Plain),
        "ini" | "cfg" | "conf" => ("INI", Grammar::Plain),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_language() {
        let names = ["a/b.RS", "Makefile", "x.test.tsx", "LICENSE", ".env"]
            .map(|path| Language::of(path).name);
        assert_eq!(names, ["Rust", "Makefile", "TypeScript", "Text", "Text"]);
    }
}
