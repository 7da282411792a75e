mod ssm;
mod support;
