// A long form in short steps on a phone: one fieldset at a time. Without script, or on a wide screen, all show at once.
const form = document.querySelector("form[data-steps]");
const steps = form ? [...form.querySelectorAll("[data-step]")] : [];
const narrow = window.matchMedia("(max-width: 700px)");

function show(index) {
  steps.forEach((step, at) => { step.hidden = narrow.matches && at !== index; });
  const last = index === steps.length - 1 || !narrow.matches;
  form.querySelector(".ml-form-actions").hidden = !last;
  form.dataset.at = String(index);
}

function bar(index) {
  const line = document.createElement("div");
  line.className = "ml-step-nav";
  if (index > 0) line.append(button(form.dataset.back, "secondary", () => go(index - 1)));
  if (index < steps.length - 1) line.append(button(form.dataset.next, "primary", () => go(index + 1)));
  return line;
}

function button(words, kind, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `ml-button ml-button-${kind} ml-button-big`;
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

function go(index) {
  show(index);
  steps[index].querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

if (steps.length > 1) {
  steps.forEach((step, index) => step.append(bar(index)));
  const wrong = steps.findIndex((step) => step.querySelector("[aria-invalid=true], .ml-error"));
  show(Math.max(0, wrong));
  narrow.addEventListener("change", () => show(Number(form.dataset.at)));
}
