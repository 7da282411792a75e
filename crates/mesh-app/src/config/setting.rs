use super::table::SECTIONS;

/// A part of the operator's page.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub title: &'static str,
    pub settings: &'static [Setting],
}

/// One setting, as its row in the operator's page and in the help.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// The flag that takes the variable's place, where there is one.
    pub flag: Option<&'static str>,
    /// What a value is, with its unit and bounds.
    pub unit: &'static str,
    /// The value that an absent setting has; after `;`, where it has another one.
    pub default: &'static str,
    pub about: &'static str,
}

/// Every setting there is, in the order of the operator's page.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

/// The setting that a flag stands for.
#[must_use]
pub fn of_flag(flag: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.flag == Some(flag))
}

impl Setting {
    pub(super) fn default_value(&self) -> &'static str {
        self.default.split(';').next().unwrap_or_default()
    }

    /// Reads one of a few words; what the value must be is the setting's unit.
    pub(super) fn one_of<T: Copy>(
        &self,
        words: impl IntoIterator<Item = (&'static str, T)> + Clone,
    ) -> impl Fn(&str) -> Result<T, String> {
        let unit = self.unit;
        move |text| {
            let mut words = words.clone().into_iter();
            let found = words.find(|(word, _)| *word == text.trim());
            found.map(|(_, value)| value).ok_or_else(|| unit.to_owned())
        }
    }
}

/// Makes the rows of each section a struct that can be read, and all sections [`Config`](super::Config).
macro_rules! table {
    ($($(#[$doc:meta])* $section:ident: $type:ident = $title:literal {
        $($name:ident $($flag:literal)? $field:ident: $value:ty = $read:expr,
            $unit:literal, $default:literal,
            $about:literal;)*
    })*) => {
        /// All settings, typed.
        #[derive(Clone, Debug)]
        pub struct Config {
            pub host: Host,
            $(pub $section: $type,)*
        }

        impl Config {
            pub(super) fn of(reader: &mut Reader<'_>) -> Self {
                Self { host: reader.host, $($section: $type::read(reader),)* }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $type {
                $(#[doc = concat!("`", stringify!($name), "`: ", $about)] pub $field: $value,)*
            }

            impl $type {
                pub(super) fn read(reader: &mut Reader<'_>) -> Self {
                    Self { $($field: reader.read(stringify!($name), $read),)* }
                }
            }
        )*

        pub const SECTIONS: &[Section] = &[$(Section {
            title: $title,
            settings: &[$(Setting {
                name: stringify!($name),
                flag: <[&'static str]>::first(&[$($flag)?]).copied(),
                unit: $unit,
                default: $default,
                about: $about,
            }),*],
        }),*];
    };
}

pub(super) use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_its_variable_in_small_letters() {
        for setting in settings() {
            let Some(flag) = setting.flag else { continue };
            let variable = flag
                .trim_start_matches('-')
                .replace('-', "_")
                .to_uppercase();
            assert_eq!(setting.name, format!("MESH_{variable}"));
        }
        assert_eq!(
            of_flag("--listen").map(|setting| setting.name),
            Some("MESH_LISTEN")
        );
    }
}
