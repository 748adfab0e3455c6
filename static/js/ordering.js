// Questions dragged to their place. Dropping fills in the page's own form, so it ends in the request of the up and down buttons.
let dragged = null;

const goal = (event) => dragged && (event.target.closest?.("[data-question]") || event.target.closest?.("[data-part]"));

function mark(over) {
  document.querySelectorAll(".ml-sv-over").forEach((other) => other !== over && other.classList.remove("ml-sv-over"));
  if (over && over !== dragged) over.classList.add("ml-sv-over");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-question]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = goal(event);
  if (over) event.preventDefault();
  mark(over);
});

document.addEventListener("drop", (event) => {
  const over = goal(event);
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const form = document.getElementById("ordering");
  const told = { question: dragged.dataset.question, section: over.closest("[data-part]").dataset.part, before: over.dataset.question };
  for (const field of form.querySelectorAll("input[disabled]")) {
    field.disabled = false;
    field.value = told[field.name] ?? "";
  }
  form.requestSubmit();
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
