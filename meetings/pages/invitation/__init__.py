"""The pages behind the link in an invitation, open to whoever has the link.

The secret never stands in the address that Django sees: SecretAddressMiddleware has taken it out. A GET shows, and
changes nothing: mail scanners follow links.
"""
