// What a keyboard expects, on top of pages that work without this file.
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  document.querySelector("[data-no-print]").hidden = true;
  print.addEventListener("click", () => window.print());
}

// Typing a sheet: Enter goes to the code of the next line instead of sending half a page; after the last it goes to the button.
// From the time it goes to the first line. What has to be mended first has the focus.
// A line whose number was changed no longer shows whose line it was.
const rows = document.querySelector("[data-rows]");
if (rows) {
  const when = document.getElementById("visited_at");
  const faulty = document.querySelector("form [aria-invalid=true]");
  if (faulty) faulty.focus();
  else if (!when.value && !document.querySelector("[role=alert]")) when.focus();
  when.addEventListener("keydown", (event) => {
    const first = rows.querySelector("input[name=codes]");
    if (event.key !== "Enter" || !first) return;
    event.preventDefault();
    first.focus();
    first.select();
  });
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
