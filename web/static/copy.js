// "Copy" buttons: shown only where copying works. Without JavaScript the text stands in a box to be selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.focus();
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.querySelector("span").textContent = button.dataset.done;
  });
}
// "Share" buttons: shown only where the device has somewhere to share to.
if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try { await navigator.share({ text: document.getElementById(button.dataset.share).value }); } catch { /* somebody thought better of it */ }
    });
  }
}
