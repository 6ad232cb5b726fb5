"""How those who run an installation see inside: logs, the log of sign-ins, metrics and reports of errors.

Nothing of it holds a secret: what is as good as a password in an address is taken out of every line (`secret_texts`),
queries and addresses of people too; people are named by their id. Each line of a request has its id (`requests`), which
the answer carries, each line of the worker its job. docs/operations.md says what there is, and what to do when.
"""
