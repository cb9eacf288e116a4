// Keys for tables with [data-rows]: j and k walk the rows, x ticks, / goes to the search box. Every key has a button too.
(function () {
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-row]")); }
  function here() { return rows().findIndex(function (row) { return row.contains(document.activeElement); }); }
  function stand(row) {
    var spot = row && row.querySelector("input[type=checkbox], a");
    if (!spot && row) { row.tabIndex = -1; spot = row; }
    if (spot) { spot.focus(); row.scrollIntoView({ block: "nearest" }); }
  }
  function ticks() { return Array.prototype.slice.call(document.querySelectorAll("[data-row] input[type=checkbox]")); }
  function count() {
    var n = ticks().filter(function (box) { return box.checked; }).length;
    document.querySelectorAll("[data-ticked]").forEach(function (place) {
      place.hidden = n === 0;
      place.textContent = n ? "(" + n + ")" : "";
    });
  }
  function tickAll(checked) { ticks().forEach(function (box) { box.checked = checked; }); count(); }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var field = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "/" && !field) {
      var search = document.querySelector("[data-search]");
      if (search) { search.focus(); search.select(); event.preventDefault(); }
    } else if ((event.key === "j" || event.key === "k") && !field) {
      var all = rows(), at = here(), next = event.key === "j" ? at + 1 : at < 0 ? 0 : at - 1;
      if (all[next]) { stand(all[next]); event.preventDefault(); }
    } else if (event.key === "x" && !field && here() >= 0) {
      var box = rows()[here()].querySelector("input[type=checkbox]");
      if (box) { box.checked = !box.checked; count(); event.preventDefault(); }
    }
  });
  document.addEventListener("change", function (event) { if (event.target.closest("[data-row]")) count(); });
  document.addEventListener("click", function (event) {
    var page = event.target.closest("[data-tick-page]"), none = event.target.closest("[data-tick-none]");
    if (page || none) { event.preventDefault(); tickAll(Boolean(page)); }
  });
  document.addEventListener("htmx:afterSwap", count);
  window.addEventListener("pageshow", count);
})();
