// A form whose changes are neither saved nor discarded is not left without a question.
(() => {
  "use strict";

  const noteOf = (form) => document.getElementById(form?.dataset?.ewUnsaved);
  let meant = false;

  // Before a field is left, too: a page is reloaded by a key in the middle of typing.
  document.addEventListener("input", ({ target }) => {
    const note = !target.closest("#preview") && noteOf(target.form);
    if (note) note.hidden = false;
  });
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (noteOf(target) && !defaultPrevented) meant = true;
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-ew-discard]")) meant = true;
  });
  // When the browser takes the page out of its memory again. The first time comes late: somebody may have saved by then.
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) meant = false; });
  window.addEventListener("beforeunload", (event) => {
    const open = [...document.querySelectorAll("form[data-ew-unsaved]")].some((form) => !noteOf(form)?.hidden);
    if (open && !meant) event.preventDefault();
  });
})();
