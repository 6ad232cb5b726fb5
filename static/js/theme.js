// Runs in the head before the page is painted. "system" is the person's choice to follow the device.
(() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme !== "system") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
})();
