// What HTML and htmx cannot do alone. Loaded before the page is painted, so that the theme never flashes.
(() => {
  "use strict";
  const root = document.documentElement;

  // Theme: "auto" follows the device, also while the page is open.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const wanted = root.dataset.theme || "auto";
    root.dataset.bsTheme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
  };
  paint();
  dark.addEventListener("change", paint);

  // A <details data-keep="name"> stays as the reader left it, for this tab.
  const key = (box) => `open:${location.pathname}:${box.dataset.keep}`;
  const restore = (within) => {
    for (const box of within.querySelectorAll("details[data-keep]")) {
      const state = sessionStorage.getItem(key(box));
      if (state !== null) box.open = state === "1";
    }
  };
  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (box instanceof HTMLDetailsElement && box.dataset.keep) sessionStorage.setItem(key(box), box.open ? "1" : "0");
  }, true);

  // What is wrong is never hidden in a closed fold: neither what the browser refuses, nor what came back.
  const reveal = (field) => {
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };
  document.addEventListener("invalid", (event) => reveal(event.target), true);

  // A form is sent once: the second tap of a double tap is lost, until the answer or the back button brings it back.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post]")) return;
    if (form.dataset.sent) return event.preventDefault();
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // <select data-submit> and the like send their form at a choice; without JavaScript its button does.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  addEventListener("DOMContentLoaded", () => {
    restore(document);
    // The first wrong field takes the focus, so that it is read out and the keyboard opens on it.
    const wrong = document.querySelector("[aria-invalid='true'], .is-invalid");
    if (wrong) {
      reveal(wrong);
      wrong.focus();
    }
  });
  document.addEventListener("htmx:after:swap", (event) => restore(event.target.nodeType === 1 ? event.target : document));
})();
