// Dark where the device is dark, unless somebody chose otherwise. Without it the page is light.
(function () {
  var root = document.documentElement;
  if (root.dataset.theme !== "auto" || !window.matchMedia) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function set() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  set();
  if (dark.addEventListener) dark.addEventListener("change", set);
})();
