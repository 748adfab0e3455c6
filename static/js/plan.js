// The form of a plan asks only what belongs to the answers given: data-when="field answer [answer…]".
const form = document.getElementById("plan-form");

function tidy() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, ...answers] = part.dataset.when.split(" ");
    const field = form.elements[name];
    const answer = field.type === "checkbox" && !field.checked ? "" : field.value;
    part.hidden = !answers.includes(answer);
  }
}

form.addEventListener("change", tidy);
tidy();
