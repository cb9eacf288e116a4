// The button under the thumb says what would be noted, also after another way or recipient was chosen further down.
for (const told of document.querySelectorAll("[data-follow]")) {
  const form = document.getElementById(told.dataset.follow);
  form.addEventListener("change", () => {
    const way = form.querySelector("input[name=channel]:checked");
    const to = form.elements.recipient.value === "-" ? form.elements.other.value : form.elements.recipient.value;
    const words = [way ? form.querySelector(`label[for="${way.id}"]`).textContent : "", to];
    told.textContent = words.filter(Boolean).join(" · ");
  });
}
