// Joins our buttons to allauth's passkey scripts, and says on the page what those could not do.
(() => {
  "use strict";

  // Beside the kind of the button: the ids of the field for the answer, of the choice to sign in by it alone, and of the
  // options for the browser, which the page has as JSON.
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-ew-passkey]")) {
      const { ewPasskey: kind, ewCredential: credential, ewPasswordless: passwordless, ewOptions: data } = button.dataset;
      window.allauth.webauthn.forms[`${kind}Form`]({ ids: { [kind]: button.id, credential, passwordless, data } });
    }
  });

  document.addEventListener("allauth.error", (event) => {
    const note = document.querySelector("[data-ew-passkey-failed]");
    if (!note) return;
    event.preventDefault();
    note.hidden = false;
    note.focus();
  });
})();
