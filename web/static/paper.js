// What a keyboard expects, on top of pages that work without this file.
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  document.querySelector("[data-no-print]").hidden = true;
  print.addEventListener("click", () => window.print());
}

// Typing a sheet: Enter goes to the code of the next line instead of sending half a page; after the last it goes to the button.
// A line whose number was changed no longer shows whose line it was.
const rows = document.querySelector("[data-rows]");
if (rows) {
  const when = document.getElementById("visited_at");
  if (!when.value && !document.querySelector("[role=alert]")) when.focus();
  rows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const codes = [...rows.querySelectorAll("input[name=codes]")];
    const own = event.target.closest("tr").querySelector("input[name=codes]");
    const next = codes[codes.indexOf(own) + 1] || document.querySelector("[data-send]");
    next.focus();
    if (next.select) next.select();
  });
  rows.addEventListener("input", (event) => {
    if (event.target.name !== "line") return;
    const about = event.target.closest("tr").querySelector("[data-about]");
    if (about) about.hidden = event.target.value.trim() !== about.dataset.about;
  });
}
