// A list of boxes: all of the page at once, and how many are ticked.
function count(form) {
  const boxes = [...form.querySelectorAll("[name=homes]")];
  const ticked = boxes.filter((box) => box.checked).length;
  form.querySelector("[data-tick-count]").textContent = ticked ? ` ${ticked}` : "";
  form.querySelector("[data-tick-all]").checked = ticked > 0 && ticked === boxes.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-ticking]");
  if (!form) return;
  if (event.target.matches("[data-tick-all]")) {
    form.querySelectorAll("[name=homes]").forEach((box) => (box.checked = event.target.checked));
  }
  count(form);
});
