// One tap sends once, and a failed sending can be tried again; counters say how much room is left.
const RELEASE = 8000; // a slow network answers later than this rarely; the server refuses doubles by key anyway

function hold(form, button) {
  form.dataset.sending = "yes";
  if (!button) return;
  const words = button.querySelector("span");
  button.dataset.said = words?.textContent ?? "";
  button.setAttribute("aria-busy", "true");
  if (words) words.textContent = button.dataset.busy || document.body.dataset.wordsBusy;
}

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy]").forEach((button) => {
    button.removeAttribute("aria-busy");
    const words = button.querySelector("span");
    if (words && button.dataset.said) words.textContent = button.dataset.said;
  });
}

function guard(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) return event.preventDefault();
    hold(form, event.submitter);
    setTimeout(() => release(form), RELEASE);
  });
  form.addEventListener("htmx:afterRequest", () => release(form));
}

function count(area) {
  const left = document.createElement("p");
  left.className = "ml-left";
  area.after(left);
  const update = () => {
    const room = area.maxLength - area.value.length;
    left.textContent = document.body.dataset.wordsLeft.replace("{n}", room);
    left.classList.toggle("ml-left-few", room < area.maxLength / 10);
  };
  area.addEventListener("input", update);
  update();
}

// A password can be looked at: fewer errors for fingers that do not see what they type.
function reveal(input) {
  const words = document.body.dataset;
  const button = document.createElement("button");
  const draw = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-label", shown ? words.wordsHide : words.wordsShow);
    button.setAttribute("aria-pressed", String(shown));
    button.querySelector("use").setAttribute("href", sprite.replace(/#.*/, shown ? "#eye-off" : "#eye"));
  };
  const sprite = document.getElementById("toast-template").content.querySelector("use").getAttribute("href");
  button.type = "button";
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use></use></svg>';
  button.addEventListener("click", () => draw(input.type === "password"));
  const wrap = document.createElement("div");
  wrap.className = "ml-password";
  input.replaceWith(wrap);
  wrap.append(input, button);
  draw(false);
}

export function watchForms(root) {
  root.querySelectorAll(".ml-field > input[type=password]").forEach(reveal);
  root.querySelectorAll("form[data-submit-once]:not([data-guarded])").forEach((form) => {
    form.dataset.guarded = "yes";
    guard(form);
  });
  root.querySelectorAll("textarea[maxlength]:not([data-counted])").forEach((area) => {
    area.dataset.counted = "yes";
    count(area);
  });
}

// Coming back by the back button finds the form ready again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-submit-once]").forEach(release));
