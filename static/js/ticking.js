// A list of boxes over several pages: all of a page at once, ticks that outlive turning it, and how many there are.
const kept = new Set();

const boxesOf = (form) => [...form.querySelectorAll("[name=homes]")];

function show(form) {
  const boxes = boxesOf(form);
  const here = boxes.filter((box) => box.checked).length;
  const elsewhere = [...kept].filter((home) => !boxes.some((box) => box.value === home));
  const most = Number(form.dataset.most);
  form.querySelector("[name=kept]").value = elsewhere.join(",");
  form.querySelector("[data-tick-count]").textContent = kept.size ? ` ${kept.size}` : "";
  form.querySelector("[data-tick-all]").checked = here > 0 && here === boxes.length;
  form.querySelector("[data-tick-clear]").hidden = !kept.size;
  form.querySelector("[data-tick-many]").hidden = kept.size <= most;
  form.querySelector("[data-tick-go]").disabled = kept.size > most;
}

function remember(form) {
  boxesOf(form).forEach((box) => (box.checked ? kept.add(box.value) : kept.delete(box.value)));
  show(form);
}

function recall(form) {
  boxesOf(form).forEach((box) => (box.checked = kept.has(box.value)));
  show(form);
}

const formAt = (place) => place?.closest?.("[data-ticking]") ?? null;

document.addEventListener("change", (event) => {
  const form = formAt(event.target);
  if (!form) return;
  if (event.target.matches("[data-tick-all]")) {
    boxesOf(form).forEach((box) => (box.checked = event.target.checked));
  }
  remember(form);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-tick-clear]") ? formAt(event.target) : null;
  if (!form) return;
  kept.clear();
  recall(form);
});

document.addEventListener("htmx:afterSettle", () => {
  const form = document.querySelector("[data-ticking]");
  if (form) recall(form);
});

// The browser may have put back ticks of a page that was left.
window.addEventListener("pageshow", () => {
  const form = document.querySelector("[data-ticking]");
  if (form) remember(form);
});
