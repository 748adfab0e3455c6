// Buildings dragged from column to column. Dropping is choosing the building and pressing the column's own button, so
// mouse, finger and keyboard all end in the same request.
let dragged = null;

const column = (event) => event.target.closest?.("[data-column]");

function mark(over) {
  document.querySelectorAll(".ml-drawing-over").forEach((other) => other !== over && other.classList.remove("ml-drawing-over"));
  over?.classList.add("ml-drawing-over");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-chip]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = dragged && column(event);
  if (over) event.preventDefault();
  mark(over);
});

document.addEventListener("drop", (event) => {
  const over = dragged && column(event);
  if (!over) return;
  event.preventDefault();
  if (!over.contains(dragged)) {
    dragged.querySelector("input").checked = true;
    over.querySelector("[data-drop]").click();
  }
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
