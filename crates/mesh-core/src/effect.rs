/// What a call of a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing: it may be called again.
    Read,
    /// It changes what others see, here or elsewhere.
    Write,
    /// It costs money, or reaches a person.
    Spend,
}
