// The inbox on a desk: what is chosen opens beside the list, j and k walk it, Enter opens, x ticks. Without this file every link opens a page.
(function () {
  var wide = window.matchMedia("(min-width: 992px)");
  function detail() { return document.getElementById("detail"); }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-row]")); }
  function link(row) { return row && row.querySelector("a.big-link"); }
  function box(row) { return row && row.querySelector("input[type=checkbox]"); }
  function here() { return rows().findIndex(function (row) { return row.contains(document.activeElement); }); }

  function marked(address) {
    rows().forEach(function (row) {
      var one = link(row), open = one && one.href === address;
      row.classList.toggle("here", open);
      if (open) { one.setAttribute("aria-current", "true"); } else if (one) { one.removeAttribute("aria-current"); }
    });
  }
  function open(address, remember) {
    var before = detail();
    window.htmx.ajax("GET", address, { target: "#detail", select: "#detail", swap: "outerHTML" }).then(function () {
      if (detail() === before) return;
      if (remember) history.pushState({ beside: true }, "", address);
      marked(address);
      var heading = detail().querySelector("h2");
      if (heading) heading.focus({ preventScroll: true });
      detail().scrollTop = 0;
      window.scrollTo(0, Math.min(window.scrollY, detail().offsetTop));
      load();
    });
  }
  function load() {
    var place = detail();
    if (!place || !place.dataset.load || !window.htmx) return;
    window.htmx.ajax("GET", place.dataset.load, { target: "#detail", select: "#teams", swap: "innerHTML ignoreTitle:true" });
    delete place.dataset.load;
  }

  document.addEventListener("click", function (event) {
    var one = event.target.closest("a[data-beside]");
    if (one && wide.matches && window.htmx && detail() && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.button) {
      event.preventDefault();
      open(one.href, true);
    }
    if (event.target.closest("[data-tick-all]")) {
      var boxes = rows().map(box).filter(Boolean), all = boxes.every(function (each) { return each.checked; });
      boxes.forEach(function (each) { each.checked = !all; });
      count();
    }
  });
  window.addEventListener("popstate", function () { window.location.reload(); });
  document.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.requestPath);
  });

  function count() {
    var ticked = rows().map(box).filter(function (each) { return each && each.checked; });
    var n = ticked.reduce(function (sum, each) { return sum + Number(each.dataset.n); }, 0);
    document.querySelectorAll("[data-ticked]").forEach(function (place) {
      place.hidden = n === 0;
      place.textContent = n ? "(" + n.toLocaleString(document.documentElement.lang) + ")" : "";
    });
  }
  document.addEventListener("change", function (event) { if (event.target.closest("[data-row]")) count(); });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var at = here(), tick = event.target.matches("[data-row] input[type=checkbox]");
    if (event.key === "Enter" && tick) {
      event.preventDefault();
      link(rows()[at]).click();
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "j" || event.key === "k") {
      var all = rows(), current = at >= 0 ? at : all.findIndex(function (row) { return row.classList.contains("here"); });
      var next = event.key === "j" ? current + 1 : current - 1;
      if (current < 0) next = 0;
      if (link(all[next])) { link(all[next]).focus(); all[next].scrollIntoView({ block: "nearest" }); event.preventDefault(); }
    } else if (event.key === "x" && box(rows()[at])) {
      box(rows()[at]).checked = !box(rows()[at]).checked;
      count();
      event.preventDefault();
    }
  });
  document.querySelectorAll("[data-tick-all]").forEach(function (button) { button.hidden = false; });
  window.addEventListener("pageshow", count);
  load();
})();
