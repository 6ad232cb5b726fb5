// Time zones: the list of a field that chooses one, and the zone of the device that somebody reads on.
(() => {
  "use strict";

  // Four hundred options that most pages never need: asked for when such a field is entered.
  let list;
  const offer = async (field) => {
    if (!list) {
      list = document.createElement("datalist");
      list.id = "zones";
      document.body.append(list);
      const answer = await fetch(field.dataset.ewZones).catch(() => null);
      if (!answer?.ok) {
        list.remove();
        list = undefined;
        return;
      }
      list.innerHTML = await answer.text();
    }
    if (field.isConnected) field.setAttribute("list", list.id);
  };
  document.addEventListener("focusin", ({ target }) => {
    if (!target.dataset?.ewZones) return;
    // What stands there would hide all other cities in the list. A click puts its caret after this event.
    requestAnimationFrame(() => target.select());
    offer(target);
  });

  const device = Intl.DateTimeFormat().resolvedOptions().timeZone;

  // A form that asks for somebody's zone starts with the device's, where none is known.
  for (const form of document.querySelectorAll("[data-ew-device-zone]")) {
    const field = form.elements[form.dataset.ewDeviceZone];
    // One that the page has only guessed gives way.
    if (!device || (field.value && !("ewDeviceZoneGuessed" in form.dataset))) continue;
    field.value = device;
    form.querySelectorAll("[data-ew-device-zone-guess]").forEach((guess) => { guess.hidden = true; });
    form.querySelectorAll("[data-ew-device-zone-note]").forEach((note) => {
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
      if (note.dataset.ewDeviceText) note.textContent = note.dataset.ewDeviceText.replace("{time}", time);
      note.hidden = false;
    });
  }

  // Two names of one zone show the same clock, in summer and in winter.
  const clocks = (timeZone) => [0, 180].map((days) =>
    new Date(Date.now() + days * 86_400_000).toLocaleString("en", { timeZone, dateStyle: "short", timeStyle: "short" }),
  ).join();
  const differs = (zone) => {
    try {
      return clocks(device) !== clocks(zone);
    } catch {
      return false;
    }
  };
  const OFFERED = "ew-device-zone";
  const form = document.querySelector("[data-ew-device-offer]");
  if (device && form && !sessionStorage.getItem(OFFERED) && differs(form.dataset.ewDeviceOffer)) {
    sessionStorage.setItem(OFFERED, "1");
    form.elements.zone.value = device;
    // The browser has only the key; the site knows what the reader's language calls it.
    fetch(`${form.dataset.ewDeviceNames}&zone=${encodeURIComponent(device)}`)
      .then((answer) => (answer.ok ? answer.text() : ""))
      .catch(() => "")
      .then((city) => {
        form.querySelectorAll("[data-ew-device-text]").forEach((each) => {
          each.textContent = each.dataset.ewDeviceText.replace("{city}", city || device);
        });
        form.hidden = false;
      });
  }
})();
