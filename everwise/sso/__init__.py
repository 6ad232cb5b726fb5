"""Single sign-on: people sign in at their organisation's provider, by OpenID Connect or SAML 2.0.

Providers come from SSO_PROVIDERS alone (`everwise/config/sso`), so no page can name an address that we would ask.
allauth has the protocols' classes and the links of accounts (SocialAccount); what is decided is decided here:

`providers` finds the provider of an e-mail address and says who may not use a password. `provider` makes allauth's
classes stricter, `oidc` checks an ID token, `saml` a response: an `Identity` comes out of each, or `Refused` with words
for a reader. `linking` finds or makes the person whose identity it is, under their lock. `sessions` begins and ends
what somebody is signed in by, with the provider's secrets (encrypted); `middleware` ends it in time; `refresh` asks
providers again, for the worker. `adapter` is where allauth asks us, and where paths hooks in (paths/sso.py).

A form that leads to a provider answers with a page that goes on by itself: a redirect would have to be named in the
policy's form-action, with whatever address a provider sends on to.
"""
