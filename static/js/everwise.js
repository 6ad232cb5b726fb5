// What makes pages smoother where scripts run; every page works without it.
(() => {
  "use strict";

  // An address that names a place leads there, all others to where the page begins.
  const focusFirst = () => {
    const named = window.location.hash && document.getElementById(window.location.hash.slice(1));
    (named || document.querySelector("[data-autofocus]"))?.focus();
  };

  const prepare = () => {
    document.querySelectorAll("[data-ew-scripted-hide]").forEach((button) => { button.hidden = true; });
    document.querySelectorAll("[data-ew-scripted-show]").forEach((part) => { part.hidden = false; });
  };

  document.addEventListener("change", ({ target }) => {
    const unsaved = !target.closest("#preview") && document.getElementById(target.form?.dataset.ewUnsaved);
    if (unsaved) unsaved.hidden = false;
    if (target.matches("[data-ew-submit]")) target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-ew-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.ewDialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      dialog.querySelector("h2")?.focus();
      return;
    }
    const closer = event.target.closest("dialog [data-ew-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });

  // A menu closes when something else is clicked, or at Escape, which gives its button the focus back.
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("details[open]:has(> .dropdown-menu)")) {
      if (!menu.contains(target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[open]:has(> .dropdown-menu)")) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });

  // Signing in again, in another tab too, changes the token that every form has to carry.
  const name = `${document.documentElement.dataset.csrfCookie}=`;
  const token = () => document.cookie.split("; ").find((cookie) => cookie.startsWith(name))?.slice(name.length);
  const renew = ({ csrfmiddlewaretoken: field }) => { if (field) field.value = token() ?? field.value; };
  document.addEventListener("submit", ({ target }) => renew(target.elements), true);
  // The line on top of the page, for a form whose answer is another page.
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (!defaultPrevented && target.matches("[data-ew-waits]")) document.body.classList.add("ew-waits");
  });
  // A page that comes back from the browser's memory waits for nothing.
  addEventListener("pageshow", () => document.body.classList.remove("ew-waits"));
  document.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
    if (parameters.csrfmiddlewaretoken && token()) parameters.csrfmiddlewaretoken = token();
  });

  // What was unfolded stays so when it is replaced.
  let opened = [];

  // htmx gives the focus back to the control of the same id; where that is gone or disabled, to what came instead.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    prepare();
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (document.activeElement !== document.body) return;
    const instead = document.getElementById("days");
    (instead ?? target.querySelector("summary"))?.focus();
  });

  // An answer without times (signed out in the meantime, an error, no network) is looked at as a page of its own. A form says
  // that it got no answer, and stays as it is: leaving it would lose what was typed. Only what the server refuses for
  // what was typed is sent again, for the page that says why.
  const visit = ({ target, pathInfo, requestConfig: { elt }, xhr }) => {
    if (target.id === "times") {
      window.location.assign(pathInfo.finalRequestPath);
    } else if (elt.matches("form") && [400, 409].includes(xhr.status)) {
      elt.submit();
    } else {
      (elt.matches("form") ? elt : document).querySelectorAll("[data-ew-failed]").forEach((note) => { note.hidden = false; });
    }
  };
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    opened = [...document.querySelectorAll("#preview details[open]")].map(({ id }) => id);
    if (!detail.isError && detail.serverResponse.includes(`id="${detail.target.id}"`)) return;
    detail.shouldSwap = false;
    visit(detail);
  });
  document.addEventListener("htmx:sendError", ({ detail }) => visit(detail));

  prepare();
  focusFirst();
})();
