# Everything else is the default, which is made for production.
environment = "prod"
