"""Two-step sign-in: an app's codes (TOTP), passkeys (WebAuthn) and recovery codes, on allauth.mfa.

What is ours, by module:

- `adapter`: secrets are encrypted at rest (`encryption`), and what allauth asks is answered in our words.
- `forms`: a code is taken once, bad input is refused in words, and a passkey alone signs in only after it has asked for
  a finger, a face or a PIN.
- `views`: recovery codes are shown without writing anything down; the list of passkeys stands on the page of all.
- `required`: whom MFA_REQUIRED names can open nothing else before they have a second step.
- `removal`: staff take the second step off an account whose owner has lost everything; `admin_views` is its page.

Wrong codes count by allauth as wrong passwords do (LOGIN_FAILED_RATE): per address, and per account whatever the
address, since only somebody who knows the password comes so far. Whoever has a second step confirms by it, too, before
they change their account: an open browser and a known password are not enough to take it off.

Telling people is meetings/mail's: each change goes to their address, and so does the use of a recovery code.

A lost SECRET_KEY is a lost second step. To change the key, put the old one into SECRET_KEY_FALLBACKS and run
`manage.py renew_secrets`, which encrypts everything by the new one.
"""

# Ours in place of allauth's, for the settings.
FORMS = {
    "authenticate": "everwise.accounts.mfa.forms.CodeForm",
    "reauthenticate": "everwise.accounts.mfa.forms.CodeAgainForm",
    "activate_totp": "everwise.accounts.mfa.forms.ActivateForm",
    "add_webauthn": "everwise.accounts.mfa.forms.AddPasskeyForm",
    "edit_webauthn": "everwise.accounts.mfa.forms.RenamePasskeyForm",
    "authenticate_webauthn": "everwise.accounts.mfa.forms.PasskeyForm",
    "reauthenticate_webauthn": "everwise.accounts.mfa.forms.PasskeyAgainForm",
    "login_webauthn": "everwise.accounts.mfa.forms.PasskeySignInForm",
}
