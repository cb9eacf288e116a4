// Ticking rows says by itself that only these are meant; without this file a form that says both is sent back with a sentence.
document.addEventListener("change", function (event) {
  const list = event.target.closest("[data-ticks]");
  if (!list) return;
  const some = list.querySelector("input[type=checkbox]:checked");
  document.getElementById(some ? list.dataset.ticks : list.dataset.noTicks).checked = true;
});
