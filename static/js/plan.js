// The form of a plan asks only what belongs to the answers given: data-when="field answer [answer…]".
const form = document.getElementById("plan-form");

function tidy() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, ...answers] = part.dataset.when.split(" ");
    part.hidden = !answers.includes(form.elements[name].value);
  }
}

form.addEventListener("change", tidy);
tidy();
