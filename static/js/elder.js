// 长辈版 and its size change at once, without losing what has been typed; the form underneath works without script.
async function change(form, button) {
  const data = new FormData(form);
  data.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const elder = page.documentElement.dataset.elder;
  if (elder) document.documentElement.dataset.elder = elder;
  else delete document.documentElement.dataset.elder;
  form.replaceWith(document.adoptNode(page.querySelector(".ml-switches")));
  document.querySelector(".ml-switches [name=elder]").focus();
}

export function watchSwitches() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".ml-switches");
    const button = event.submitter;
    if (!form || button?.name !== "elder") return;
    event.preventDefault();
    change(form, button).catch(() => {
      button.name && form.requestSubmit ? submitPlainly(form, button) : form.submit();
    });
  });
}

function submitPlainly(form, button) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  form.append(field);
  form.submit();
}
