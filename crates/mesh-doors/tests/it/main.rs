mod jwt;
mod state;
