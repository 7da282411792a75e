//! PostgREST, answering as it was told to.
