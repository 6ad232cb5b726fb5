// Arrow keys among the times. Every time stays a link in the order of Tab.
(() => {
  "use strict";

  const shown = (place) => [...place.querySelectorAll("a.ew-slot")].filter((slot) => slot.getClientRects().length);
  const minutes = (slot) => Number(slot.dataset.minutes);

  // The time of the next day with times that is nearest to this one.
  const beside = (from, day, step) => {
    const days = [...document.querySelectorAll(".ew-times-day")];
    for (let number = days.indexOf(day) + step; days[number]; number += step) {
      const [nearest] = shown(days[number]).sort((a, b) =>
        Math.abs(minutes(a) - minutes(from)) - Math.abs(minutes(b) - minutes(from)));
      if (nearest) return nearest;
    }
    return undefined;
  };

  document.addEventListener("keydown", (event) => {
    const from = event.target.closest("a.ew-slot[data-minutes]");
    if (!from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const day = from.closest(".ew-times-day");
    const row = shown(day);
    const at = row.indexOf(from);
    const targets = {
      ArrowDown: () => row[at + 1],
      ArrowUp: () => row[at - 1],
      ArrowRight: () => beside(from, day, 1),
      ArrowLeft: () => beside(from, day, -1),
      Home: () => row[0],
      End: () => row.at(-1),
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    targets[event.key]()?.focus();
  });
})();
