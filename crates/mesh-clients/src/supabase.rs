//! Tables and functions of a database behind PostgREST: <https://docs.postgrest.org>.
