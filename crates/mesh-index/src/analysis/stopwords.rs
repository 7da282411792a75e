//! Words that carry no subject. They are indexed like all others; only a question leaves them out, and only while others
//! remain.

use std::fmt;

use tantivy::tokenizer::{
    Language, LowerCaser, RawTokenizer, StopWordFilter, TextAnalyzer, TokenStream,
};

/// What questions in English are made of beyond tantivy's list. Manuals hold few questions, so that rarity would take
/// these for the subject.
const QUESTION_WORDS: &str = "about am any anyone aren been being can cannot could couldn did didn do does doesn doing don done explain find found \
    from get give had hadn has hasn have haven having he her here hers him his how i isn its ll long many may me mean means might mine much \
    must my need our ours out own please s shall she should shouldn show so some someone t tell than them too trying us ve \
    very want wants was wasn we were weren what whats when where which who whom whose why would wouldn you your yours";

/// Words any English question may use about anything. They can be the subject, so they count, but a corpus that happens not
/// to use one must not take it for a rare and telling word.
const GENERAL_WORDS: &str = "able across add after against allow allowed already also always anything apply ask asks available back bad become \
    becomes before begin between believe best better big both break bring call called cause causes change changed changes check \
    choose come comes common consider correct correctly create current currently day days deal decide depend depends \
    describe described different difference each easy either else end ends enough ever every everything exactly example exist \
    exists expect fast few first follow following full general give given gives go goes going good got great guide handle \
    handled happen happened happens hard help here high idea important include included instead involve involved issue \
    just keep keeps kept kind know last late later learn least leave let like likely list little look looking lot low made main make \
    makes making manner matter maximum mean meant minimum mind more most move near need needed needs never new next normal \
    normally nothing now number often old once one only open order other others over part people perform person place \
    possible prevent problem proper properly purpose put quick quickly quite reach read ready real really reason recommend \
    recommended require required responsible right role run runs same say says see seem send set several short shown shows since slow \
    small solve something soon sort specific specify stand stands start started starts stay step steps still stop stops \
    such support supported sure take taken takes talk team telling thing things think though time times today together too \
    took try turn two type types understand until upon use used useful user users uses using usual usually various way ways \
    well went will wish within without wonder word words work working works wrong yes yet";

/// Words that people put around any subject and that are seldom one: where the corpus has them they count as any other, and where
/// it has not they are no sign of another subject.
const EVERYDAY_WORDS: &str = "actual actually advice afterwards ago ahead almost alone along alright although \
    altogether anybody anyhow anymore anyway anywhere apart apparently appear appears around aside attempt attempted \
    attempting attempts aware away awful awfully basically behave behaves behind besides beyond bit bother bothers \
    boss brand bunch busy careful carefully certain certainly chance cheers clearly clever coincidence colleague \
    colleagues comfortable completely concerned confused confusing coworker coworkers crazy curious dear definitely \
    desperate despite difficult directly disappointed dislike doubt dude during eager earlier easier easiest easily \
    effectively effort elsewhere enjoy entire entirely especially essentially eventually everybody everyone everywhere \
    evidently exact excellent except excited extremely fail fairly familiar fancy fault favorite favourite feel feels \
    felt fewer figure finally fine folks forever forgot forgotten former fortunately frankly frequently friend friends \
    frustrated frustrating fully funny further gave generally gets gladly glance gone gonna gotta grateful greatly \
    guess guys half happy hardly hate haven hello hence hey hi hoping hopefully hope hopes huge immediately imagine \
    impossible indeed inside insist interested interesting itself job knew lately laptop largely later latter lead \
    least leaves led left less literally lots loud love lovely lucky mainly maybe mention mentioned merely mess messy \
    mine mistake mistakes mostly myself namely nasty naturally nearby nearly neat neither nevertheless nice nobody \
    none nonetheless noone nope notice noticed nowadays nowhere obvious obviously occasionally odd oddly ok okay \
    otherwise ought ourselves outside overall overly pain painful particular particularly partly perfect perfectly \
    perhaps piece plain pleased plenty plus possibly precisely prefer preferably presumably pretty previously \
    primarily prior probably promptly properly puzzled question questions quietly randomly rather reasonable recently \
    regarding regularly relatively remember repeatedly roughly sadly safe safely satisfied seems seen seldom \
    separately serious seriously share shouldn significantly silly simple simply sitting situation slightly slowly \
    somebody somehow someday someplace sometime sometimes somewhat somewhere sorry sounds spend spent strange \
    strangely struggle struggling stuck stuff stupid suddenly supposed surely surprised surprising surprisingly \
    suspect task terrible thank thankfully thanks themselves therefore thoroughly thought thus tidy tomorrow tonight \
    totally toward towards tricky trouble troubles truly twice typical typically ugly ultimately unable unfortunately \
    unlikely unless unlike unsure useless usually vague virtually wait waiting wanna wanted wanting weird weirdly \
    whatever whenever whereas wherever whether whichever whoever wholly willing won wondering worried worry worse \
    worst worth yeah yep yesterday yourself";

#[derive(Clone)]
pub(crate) struct StopWords(Option<TextAnalyzer>, Language);

impl fmt::Debug for StopWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopWords").field(&self.1).finish()
    }
}

impl StopWords {
    /// tantivy has no list for some languages; nothing is left out then.
    pub(crate) fn new(language: Language) -> Self {
        let filter = StopWordFilter::new(language);
        let analyzer = filter.map(|filter| {
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(LowerCaser)
                .filter(filter)
                .build()
        });
        Self(analyzer, language)
    }

    /// Whether `word`, as written, is one of them.
    pub(crate) fn contains(&mut self, word: &str) -> bool {
        let is_question_word = self.1 == Language::English
            && QUESTION_WORDS
                .split_ascii_whitespace()
                .any(|stop| stop.eq_ignore_ascii_case(word));
        is_question_word || self.is_listed(word)
    }

    /// Whether `word`, as written, says little whatever the corpus.
    pub(crate) fn is_general(&self, word: &str) -> bool {
        self.are_english()
            && GENERAL_WORDS
                .split_ascii_whitespace()
                .any(|general| general.eq_ignore_ascii_case(word))
    }

    /// Whether `word`, as written, may be nowhere in the corpus that is asked of.
    pub(crate) fn is_everyday(&self, word: &str) -> bool {
        self.are_english()
            && EVERYDAY_WORDS
                .split_ascii_whitespace()
                .any(|everyday| everyday.eq_ignore_ascii_case(word))
    }

    pub(crate) fn are_english(&self) -> bool {
        self.1 == Language::English
    }

    fn is_listed(&mut self, word: &str) -> bool {
        let Some(analyzer) = &mut self.0 else {
            return false;
        };
        !analyzer.token_stream(word).advance()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_made_of_stop_words() {
        let mut words = StopWords::new(Language::English);
        for word in ["How", "do", "I", "the", "is"] {
            assert!(words.contains(word), "{word}");
        }
        assert!(!words.contains("vacuum"));
    }

    #[test]
    fn no_list_has_a_word_twice() {
        for list in [QUESTION_WORDS, GENERAL_WORDS, EVERYDAY_WORDS] {
            let mut words: Vec<_> = list.split_ascii_whitespace().collect();
            words.sort_unstable();
            let twice: Vec<_> = words.windows(2).filter(|two| two[0] == two[1]).collect();
            assert!(twice.is_empty(), "{twice:?}");
        }
    }

    #[test]
    fn a_language_has_its_own() {
        assert!(StopWords::new(Language::German).contains("und"));
        assert!(!StopWords::new(Language::Greek).contains("how"));
    }
}
